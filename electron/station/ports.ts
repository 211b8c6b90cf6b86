/**
 * The edges of the station as interfaces: serial slot, device family, cloud registry, ledger. Use cases know
 * only these; adapters implement them and do not know each other.
 * Must not: contain behaviour. Every wait ends by itself or by the AbortSignal, which is the last argument.
 */
import type { Claim } from '../domain/claim.ts';
import type { DeviceCredential } from '../domain/credential.ts';
import type { StationError } from '../domain/errors.ts';
import type { ClientId, Digest, HardwareId, RunId } from '../domain/ids.ts';
import type { JournalEvent, ProfileName } from '../domain/journal.ts';
import type { DigestOwner, GetAnswer, UnitHolding } from '../domain/recovery.ts';
import type { Secret } from '../domain/secret.ts';
import type { DeviceFamilyName, DeviceRules, WorkOrder } from '../domain/work-order.ts';

// ── Serial ──────────────────────────────────────────────────────────────────────────────────────────

/** An open byte stream to whatever is plugged in. One object per opening; never opened twice. */
export interface Link {
  /** Resolves when the bytes are handed to the system; rejects PORT_LOST where the line is gone. */
  write(bytes: Uint8Array): Promise<void>;
  /** The one listener for bytes received. Bytes that arrive before it is set are dropped. */
  onData(listener: (bytes: Uint8Array) => void): void;
  /** Called once, at once if already closed, with why: PORT_LOST, or undefined after our own close(). */
  onClose(listener: (why: StationError | undefined) => void): void;
  /**
   * Sets both modem lines at once (true = asserted). Resolves false where the port has none, as a pseudo-terminal;
   * rejects PORT_LOST.
   */
  setSignals(signals: ModemSignals): Promise<boolean>;
  /** Another rate from the next byte on. Rejects PORT_LOST, or PORT_FAILED where the driver refuses the rate. */
  setBaudRate(baudRate: number): Promise<void>;
  /** Idempotent, never rejects, ends within two seconds whatever the driver does. */
  close(): Promise<void>;
}

/** Always both: setting one alone would silently raise the other. */
export interface ModemSignals {
  readonly dtr: boolean;
  readonly rts: boolean;
}

/** A fixed place on the bench. Where it has a port chain, the port's name may change between openings. */
export interface SlotPort {
  /** What people call it: the path that was named, or the slot's number. */
  readonly name: string;
  /** The path at which the port is now, or undefined while nothing is plugged in. */
  locate(): Promise<string | undefined>;
  /** Opens what is plugged in now. Rejects PORT_NOT_FOUND, PORT_BUSY, PORT_DENIED or PORT_FAILED. */
  open(baudRate: number, signal: AbortSignal): Promise<Link>;
}

// ── Devices ─────────────────────────────────────────────────────────────────────────────────────────

/** What a unit says of itself. */
export interface UnitReport extends UnitHolding {
  readonly hardwareId: HardwareId;
  readonly model: string;
  readonly firmware: string;
  readonly capabilities: ReadonlySet<Capability>;
  /** Drawn anew at each start of the unit's firmware; hex. */
  readonly boot: string;
}

export const CAPABILITIES = ['prove', 'lock', 'erase'] as const;
export type Capability = (typeof CAPABILITIES)[number];

/** The record for one unit in the form that its family stores. */
export interface Payload {
  readonly bytes: Secret<Uint8Array>;
  /** The value that the unit must prove to hold. */
  readonly possession: Secret<string>;
  readonly clientId: ClientId;
  readonly hardwareId: HardwareId;
  /** SHA-256 of the bytes. */
  readonly digest: Digest;
  /** Hex, 16 bytes: names this record for this unit. */
  readonly tx: string;
}

export interface DeviceFamily {
  readonly name: DeviceFamilyName;
  /** Families that are told by a file how to talk to a unit: which one, so that a record can name it. */
  readonly profile?: ProfileName;
  /** Pure: the same credential and order give the same bytes. */
  encode(credential: DeviceCredential, hardwareId: HardwareId, order: WorkOrder): Payload;
  /**
   * Opens the slot and waits until a unit answers, at most `waitMs` milliseconds. Rejects with the slot's
   * PORT_* errors of the first opening, UNIT_SILENT or UNIT_NOT_UNDERSTOOD where none answered in time, or
   * UNIT_PROTOCOL / UNIT_HARDWARE_ID_INVALID where what answers cannot be worked with.
   */
  connect(slot: SlotPort, options: ConnectOptions, signal: AbortSignal): Promise<DeviceSession>;
}

export interface ConnectOptions {
  readonly rules: DeviceRules;
  readonly waitMs: number;
  /** Another unit than this one is waited for: the one whose attempt has just ended. */
  readonly otherThan?: HardwareId | undefined;
  readonly transcript?: Transcript | undefined;
}

/** A talk with one unit. After a disconnect it reopens the slot and insists on the same hardware id. */
export interface DeviceSession {
  /** The unit as it last described itself. */
  readonly unit: UnitReport;
  /** Asks the unit again. */
  refresh(signal: AbortSignal): Promise<UnitReport>;
  /**
   * Begins or resumes the record, commits it, and resolves when the unit has confirmed our digest.
   * Repeating it is harmless. Progress is a share of 0 to 1.
   */
  write(payload: Payload, onProgress: (share: number) => void, signal: AbortSignal): Promise<void>;
  /** Resets the unit and resolves with what it says once its boot number has changed. */
  restart(signal: AbortSignal): Promise<UnitReport>;
  /**
   * Has the unit prove that it holds the record, with a fresh challenge. Rejects PROOF_WRONG. With
   * `notBoot`, the proof must come from another start of the firmware than that.
   */
  prove(payload: Payload, notBoot: string | undefined, signal: AbortSignal): Promise<void>;
  /** Locks the unit and resolves with what it says then. */
  lock(signal: AbortSignal): Promise<UnitReport>;
  /** Erases the record and resolves with what the unit says then. */
  erase(signal: AbortSignal): Promise<UnitReport>;
  /** Resolves when the unit is gone (unplugged), or another one answers in its place, or on abort. */
  untilRemoved(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Decoded messages of a run, without values: data as its length, no key, no password, no proof. */
export interface Transcript {
  note(direction: 'sent' | 'received' | 'line', text: string): void;
}

// ── Cloud ───────────────────────────────────────────────────────────────────────────────────────────

/** The answer to a call that changes something. It is never repeated by the registry itself. */
export type ChangeAnswer =
  | { readonly kind: 'done'; readonly credential: DeviceCredential }
  /** Register only: the cloud already has a credential for this ClientId. */
  | { readonly kind: 'exists' }
  /** A definite no: nothing was changed, and asking again will not help. */
  | { readonly kind: 'refused'; readonly error: StationError }
  /** Certainly not carried out (not sent, or throttled); may be asked again after Get. */
  | { readonly kind: 'not-done'; readonly error: StationError }
  /** The outcome is open: only Get can tell. */
  | { readonly kind: 'unknown'; readonly error: StationError };

/**
 * Device credentials of one instance in the cloud. All calls pass one limiter, are given 10 s each, and are
 * signed anew each time. Errors are StationErrors of the CLOUD_* rows and CLOCK_SKEW, with `cloudCode`.
 */
export interface CredentialRegistry {
  readonly instanceId: string;
  /** Repeats itself with backoff where that may help; rejects when it does not. */
  get(clientId: ClientId, signal: AbortSignal): Promise<GetAnswer<DeviceCredential>>;
  register(clientId: ClientId, signal: AbortSignal): Promise<ChangeAnswer>;
  refresh(clientId: ClientId, signal: AbortSignal): Promise<ChangeAnswer>;
  unregister(clientId: ClientId, signal: AbortSignal): Promise<'done' | 'not-found'>;
  /** One page of ClientIds of a group, from page 1. */
  list(
    groupId: string,
    page: number,
    signal: AbortSignal,
  ): Promise<{ clientIds: readonly ClientId[]; total: number }>;
  /** Whether a client with this id is connected to the broker now. */
  isOnline(clientId: ClientId, signal: AbortSignal): Promise<boolean>;
  /** The cloud's time in milliseconds, as far as measured; the station's own before the first answer. */
  serverTime(): number;
  health(): CloudHealth;
}

export interface CloudHealth {
  /** Milliseconds of the last answered call; undefined before the first. */
  readonly latencyMs: number | undefined;
  /** Server time minus station time in milliseconds, as measured from the last answer's Date. */
  readonly skewMs: number | undefined;
  /** Whether the breaker holds calls back at present. */
  readonly paused: boolean;
}

// ── Ledger ──────────────────────────────────────────────────────────────────────────────────────────

export interface ClaimRequest {
  readonly runId: RunId;
  readonly hardwareId: HardwareId;
  readonly model: string;
  readonly order: WorkOrder;
  /** Appended in the same transaction, whether or not a claim is made. */
  readonly started: Extract<JournalEvent, { type: 'run.started' }>;
}

export type ClaimAnswer =
  | { readonly kind: 'claimed'; readonly claim: Claim }
  /** The unit is known under another ClientId or instance, with a credential begun or passed. */
  | { readonly kind: 'unit-has-other'; readonly claim: Claim }
  /** The ClientId belongs to another unit. */
  | { readonly kind: 'duplicate'; readonly claim: Claim }
  /** What the unit contributes breaks the ClientId rule. */
  | { readonly kind: 'does-not-fit' };

/**
 * The station's memory. Every append is one transaction with its hashes and derived rows, and is on disk when
 * it resolves. Rejects LEDGER_* and DISK_FULL; after such an error nothing of the append is stored.
 */
export interface Ledger {
  readonly stationId: string;
  append(events: readonly JournalEvent[], runId?: RunId): Promise<void>;
  /** Finds or makes the unit's claim; allots `{sequence}` in the same transaction. */
  claim(request: ClaimRequest): Promise<ClaimAnswer>;
  claimOf(instanceId: string, clientId: ClientId): Promise<Claim | undefined>;
  claimOfUnit(hardwareId: HardwareId): Promise<Claim | undefined>;
  ownerOf(hardwareId: HardwareId, digest: Digest): Promise<DigestOwner>;
  orderCounts(orderNumber: string): Promise<OrderCounts>;
  /** The hash of the last event: what the next one will carry. */
  head(): Promise<string>;
  close(): Promise<void>;
}

export interface OrderCounts {
  readonly passed: number;
  readonly inDoubt: number;
}
