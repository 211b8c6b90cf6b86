/**
 * The one table from what the cloud or the network answers to our error codes, and to what is known of the call
 * itself. Rows: OnsMqtt 2020-04-20 and gateway error codes; a row that is missing is `unknown`, unless a 4xx
 * status makes it a definite no. Must not: look at texts; only codes and statuses are stable.
 */
import { type ErrorCode, type Evidence, StationError } from '../domain/errors.ts';
import type { CallFault } from './fault.ts';
import type { CloudAction } from './openapi-call.ts';

/**
 * `refused`: a definite no, nothing was changed. `not-done`: certainly not carried out, may be asked again after
 * Get. `unknown`: only Get can tell.
 */
type Disposition = 'refused' | 'not-done' | 'unknown';

export interface Failure {
  readonly error: StationError;
  readonly disposition: Disposition;
  readonly cloudCode?: string | undefined;
}

type Verdict = readonly [ErrorCode, Disposition];

/** Codes of the API and its gateway, exact. */
const CODES = {
  // OnsMqtt
  ParameterCheckFailed: ['CLOUD_PARAMETER', 'refused'],
  DeviceCredentialNumExceed: ['CLOUD_QUOTA', 'refused'],
  // On Register and Get these two are answers, not errors; here they stand for the other actions.
  DeviceCredentialExsit: ['CLOUD_REFUSED', 'refused'],
  DeviceCredentialNotFound: ['CLOUD_REFUSED', 'refused'],
  InstancePermissionCheckFailed: ['CLOUD_DENIED', 'refused'],
  PermissionCheckFailed: ['CLOUD_DENIED', 'refused'],
  CheckAccountInfoFailed: ['CLOUD_TOKEN_REJECTED', 'refused'],
  ApplyTokenOverFlow: ['CLOUD_THROTTLED', 'not-done'],
  ApiNotSupport: ['CLOUD_API_NOT_SUPPORTED', 'refused'],
  InternalError: ['CLOUD_FAULT', 'unknown'],
  SystemOverFlow: ['CLOUD_THROTTLED', 'unknown'],
  // Gateway
  ServiceUnavailable: ['CLOUD_FAULT', 'unknown'],
  // A duplicate arrived: the first of the two may have been carried out.
  SignatureNonceUsed: ['CLOUD_FAULT', 'unknown'],
  SignatureDoesNotMatch: ['CLOUD_KEY_REJECTED', 'refused'],
  IncompleteSignature: ['CLOUD_KEY_REJECTED', 'refused'],
  MissingSecurityToken: ['CLOUD_TOKEN_REJECTED', 'refused'],
  UnsupportedHTTPMethod: ['CLOUD_API_NOT_SUPPORTED', 'refused'],
} as const satisfies Readonly<Record<string, Verdict>>;

/** Families of codes, by how they begin; the first that fits. Asked after the exact ones. */
const FAMILIES: readonly (readonly [string, Verdict])[] = [
  ['Throttling', ['CLOUD_THROTTLED', 'not-done']],
  ['Rejected.Throttling', ['CLOUD_THROTTLED', 'not-done']],
  ['InvalidTimeStamp', ['CLOCK_SKEW', 'refused']],
  ['InvalidAccessKeyId', ['CLOUD_KEY_REJECTED', 'refused']],
  ['InvalidAccessKeySecret', ['CLOUD_KEY_REJECTED', 'refused']],
  ['InvalidSecurityToken', ['CLOUD_TOKEN_REJECTED', 'refused']],
  ['InvalidProtocol', ['CLOUD_NEEDS_HTTPS', 'refused']],
  ['InvalidApi', ['CLOUD_API_NOT_SUPPORTED', 'refused']],
  ['InvalidAction', ['CLOUD_API_NOT_SUPPORTED', 'refused']],
  ['InvalidParameter', ['CLOUD_PARAMETER', 'refused']],
  ['Missing', ['CLOUD_PARAMETER', 'refused']],
  ['NoPermission', ['CLOUD_DENIED', 'refused']],
  ['Forbidden', ['CLOUD_DENIED', 'refused']],
  ['ServiceUnavailable', ['CLOUD_FAULT', 'unknown']],
  ['InternalError', ['CLOUD_FAULT', 'unknown']],
];

/** Node's codes that prove that no request was sent. Whatever else fails on the way leaves the outcome open. */
const NOT_SENT = {
  ECONNREFUSED: 'CLOUD_UNREACHABLE',
  ENOTFOUND: 'CLOUD_UNREACHABLE',
  EAI_AGAIN: 'CLOUD_UNREACHABLE',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'CLOUD_CERTIFICATE',
  SELF_SIGNED_CERT_IN_CHAIN: 'CLOUD_CERTIFICATE',
  UNABLE_TO_GET_ISSUER_CERT: 'CLOUD_CERTIFICATE',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'CLOUD_CERTIFICATE',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'CLOUD_CERTIFICATE',
  CERT_SIGNATURE_FAILURE: 'CLOUD_CERTIFICATE',
  CERT_NOT_YET_VALID: 'CLOUD_CERTIFICATE',
  CERT_HAS_EXPIRED: 'CLOUD_CERTIFICATE',
  CERT_CHAIN_TOO_LONG: 'CLOUD_CERTIFICATE',
  CERT_REVOKED: 'CLOUD_CERTIFICATE',
  CERT_UNTRUSTED: 'CLOUD_CERTIFICATE',
  CERT_REJECTED: 'CLOUD_CERTIFICATE',
  INVALID_CA: 'CLOUD_CERTIFICATE',
  INVALID_PURPOSE: 'CLOUD_CERTIFICATE',
  PATH_LENGTH_EXCEEDED: 'CLOUD_CERTIFICATE',
  HOSTNAME_MISMATCH: 'CLOUD_CERTIFICATE',
  ERR_TLS_CERT_ALTNAME_INVALID: 'CLOUD_CERTIFICATE',
} as const satisfies Readonly<Record<string, ErrorCode>>;

/** Node's codes for a peer that does not speak HTTP, or not TLS. */
const NOT_HTTP = /^(HPE_|ERR_SSL_|EPROTO$)/;

/** A fault of a call as one of our errors, with what it says of the call. */
export function failureOf(action: CloudAction, fault: CallFault, facts: Evidence = {}): Failure {
  const [code, disposition] = verdictOf(fault);
  const evidence: Evidence = { action, ...evidenceOf(fault), ...facts };
  const cloudCode = fault.kind === 'error-answer' ? fault.cloudCode : undefined;
  return { error: new StationError(code, evidence), disposition, cloudCode };
}

function verdictOf(fault: CallFault): Verdict {
  switch (fault.kind) {
    case 'error-answer':
      return verdictOfCode(fault.cloudCode, fault.status);
    case 'timeout':
    case 'stopped':
      return ['CLOUD_TIMEOUT', 'unknown'];
    case 'network': {
      const notSent = own(NOT_SENT, fault.nodeCode);
      if (notSent) return [notSent, 'not-done'];
      if (NOT_HTTP.test(fault.nodeCode)) return ['CLOUD_NOT_THE_API', 'unknown'];
      return [fault.nodeCode === 'ETIMEDOUT' ? 'CLOUD_TIMEOUT' : 'CLOUD_UNREACHABLE', 'unknown'];
    }
    case 'not-the-api':
      // A gateway's own error page is a fault of the cloud; a page with status 200 is somebody else's network.
      if (fault.status !== undefined && fault.status >= 500) return ['CLOUD_FAULT', 'unknown'];
      return [fault.claimsJson ? 'CLOUD_ANSWER_INVALID' : 'CLOUD_NOT_THE_API', 'unknown'];
  }
}

function verdictOfCode(cloudCode: string, status: number): Verdict {
  const known =
    own<Verdict>(CODES, cloudCode) ?? FAMILIES.find(([start]) => cloudCode.startsWith(start))?.[1];
  if (known) {
    // Behind a 5xx no code proves that nothing was done.
    return status >= 500 ? [known[0], 'unknown'] : known;
  }
  if (status >= 500) return ['CLOUD_FAULT', 'unknown'];
  if (status === 429) return ['CLOUD_THROTTLED', 'not-done'];
  if (status === 408) return ['CLOUD_TIMEOUT', 'unknown'];
  return ['CLOUD_REFUSED', 'refused'];
}

/** A row by a name that came from outside, where `constructor` is no row. */
function own<T>(rows: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(rows, name) ? rows[name] : undefined;
}

function evidenceOf(fault: CallFault): Evidence {
  switch (fault.kind) {
    case 'error-answer': {
      const { cloudCode, status, requestId } = fault;
      return requestId === undefined ? { cloudCode, status } : { cloudCode, status, requestId };
    }
    case 'not-the-api':
      return fault.status === undefined ? {} : { status: fault.status };
    case 'network':
      return { cause: fault.nodeCode };
    case 'stopped':
      return { stopped: true };
    case 'timeout':
      return {};
  }
}
