/**
 * Verifies ACS3-HMAC-SHA256 as Alibaba Cloud's gateway does, written from the documents and proven against the
 * real SDK. The steps are those of the signature's description (V3 signing). Must not: repair a request on its
 * way, or tell a caller which part was wrong beyond what the gateway tells.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { EmulatedAccessKey } from './access-keys.ts';
import { ApiError } from './api-error.ts';
import type { SignedRequest } from './signed-request.ts';

const ALGORITHM = 'ACS3-HMAC-SHA256';
const DATE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const SKEW_MAX_MS = 15 * 60_000;
/** A request is refused as expired after 15 minutes, so that its nonce need not be remembered longer than twice. */
const NONCE_KEPT_MS = 2 * SKEW_MAX_MS;

export interface VerifierOptions {
  readonly accessKeys: readonly EmulatedAccessKey[];
  /** The emulated cloud's clock, in milliseconds. */
  readonly now: () => number;
}

/** Returns the AccessKey id that signed; throws the gateway's ApiError. Remembers nonces. */
export type Verifier = (request: SignedRequest) => string;

export function createVerifier({ accessKeys, now }: VerifierOptions): Verifier {
  const nonces = new Map<string, number>();
  const forgetOld = (at: number) => {
    for (const [nonce, seenAt] of nonces) {
      if (at - seenAt <= NONCE_KEPT_MS) return;
      nonces.delete(nonce);
    }
  };

  return (request) => {
    const { headers } = request;
    const given = parseAuthorization(headers.authorization);
    const key = accessKeys.find(({ id }) => id === given.keyId);
    if (!key) throw new ApiError('InvalidAccessKeyId.NotFound');
    checkDate(headers['x-acs-date'], now());
    if (given.signedHeaders !== headersToSign(headers).join(';')) throw new ApiError('SignatureDoesNotMatch');
    if (headers['x-acs-content-sha256'] !== sha256(request.body)) throw new ApiError('SignatureDoesNotMatch');
    if (!isSame(given.signature, signatureOf(request, key.secret))) {
      throw new ApiError('SignatureDoesNotMatch');
    }
    checkToken(key, headers);
    const nonce = headers['x-acs-signature-nonce'];
    if (!nonce) throw new ApiError('MissingSignatureNonce', 'SignatureNonce is mandatory for this action.');
    const at = now();
    forgetOld(at);
    const used = `${key.id} ${nonce}`;
    if (nonces.has(used)) throw new ApiError('SignatureNonceUsed');
    nonces.set(used, at);
    return key.id;
  };
}

interface Authorization {
  readonly keyId: string;
  readonly signedHeaders: string;
  readonly signature: string;
}

function parseAuthorization(text: string | undefined): Authorization {
  const match = /^ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})$/.exec(
    text ?? '',
  );
  const [, keyId, signedHeaders, signature] = match ?? [];
  if (keyId === undefined || signedHeaders === undefined || signature === undefined) {
    throw new ApiError('IncompleteSignature');
  }
  return { keyId, signedHeaders, signature };
}

function checkDate(text: string | undefined, now: number): void {
  const at = DATE.test(text ?? '') ? Date.parse(text ?? '') : Number.NaN;
  if (Number.isNaN(at)) throw new ApiError('InvalidTimeStamp.Format');
  if (Math.abs(at - now) > SKEW_MAX_MS) throw new ApiError('InvalidTimeStamp.Expired');
}

/** Every `x-acs-` header that came, `host`, and `content-type` where there is one: none may go unsigned. */
function headersToSign(headers: SignedRequest['headers']): readonly string[] {
  return Object.keys(headers)
    .filter((name) => name.startsWith('x-acs-') || name === 'host' || name === 'content-type')
    .sort();
}

function checkToken(key: EmulatedAccessKey, headers: SignedRequest['headers']): void {
  const token = headers['x-acs-security-token'];
  if (key.token === undefined) {
    if (token !== undefined) throw new ApiError('InvalidSecurityToken.MismatchWithAccessKey');
    return;
  }
  if (token === undefined) throw new ApiError('MissingSecurityToken');
  if (token !== key.token) throw new ApiError('InvalidSecurityToken.Malformed');
  if (headers['x-acs-accesskey-id'] !== key.id)
    throw new ApiError('InvalidSecurityToken.MismatchWithAccessKey');
}

function signatureOf(request: SignedRequest, secret: string): string {
  const names = headersToSign(request.headers);
  const canonical = [
    request.method,
    request.path,
    canonicalQuery(request.query),
    // Each line has its own end, so that an empty line follows the headers.
    names.map((name) => `${name}:${(request.headers[name] ?? '').trim()}\n`).join(''),
    names.join(';'),
    sha256(request.body),
  ].join('\n');
  return createHmac('sha256', secret)
    .update(`${ALGORITHM}\n${sha256(canonical)}`)
    .digest('hex');
}

/** From the decoded pairs: clients leave `! ( ) *` bare on the wire but sign them encoded. Keys stay as they are. */
function canonicalQuery(query: SignedRequest['query']): string {
  return [...query]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => `${name}=${encode(value)}`)
    .join('&');
}

function encode(value: string): string {
  return encodeURIComponent(value).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('hex');
}

function isSame(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
