/** The AccessKeys that the emulated cloud knows. Must not: be printed; secrets and tokens are plain text here. */

export interface EmulatedAccessKey {
  readonly id: string;
  readonly secret: string;
  /** Makes it a temporary (STS) key: the token must come with every call. */
  readonly token?: string;
}
