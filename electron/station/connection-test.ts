/**
 * The connection test in steps that a person understands: the first that fails says what to mend, those after it were
 * not tried. One harmless Get tells them all. Must not: change anything in the cloud.
 */
import { CONNECTION_STEPS, type ConnectionResult, type ConnectionStep } from '../contract/views.ts';
import { type ErrorCode, StationError } from '../domain/errors.ts';
import { deadline } from './deadline.ts';

const GIVEN_MS = 30_000;

const STEP_OF: Partial<Record<ErrorCode, ConnectionStep>> = {
  CLOUD_UNREACHABLE: 'network',
  CLOUD_TIMEOUT: 'network',
  CLOUD_CERTIFICATE: 'network',
  CLOUD_NOT_THE_API: 'api',
  CLOUD_FAULT: 'api',
  CLOUD_THROTTLED: 'api',
  CLOUD_PAUSED: 'api',
  CLOUD_NEEDS_HTTPS: 'api',
  CLOUD_ANSWER_INVALID: 'api',
  CLOUD_REFUSED: 'api',
  CLOCK_SKEW: 'clock',
  CLOUD_KEY_REJECTED: 'key',
  CLOUD_TOKEN_REJECTED: 'key',
  CLOUD_DENIED: 'permission',
  CLOUD_QUOTA: 'instance',
  CLOUD_PARAMETER: 'instance',
  CLOUD_API_NOT_SUPPORTED: 'instance',
};

export async function testConnection(
  probe: (signal: AbortSignal) => Promise<StationError | undefined>,
): Promise<readonly ConnectionResult[]> {
  using bound = deadline(new AbortController().signal, GIVEN_MS, () => new StationError('CLOUD_TIMEOUT'));
  const error = await probe(bound.signal);
  const failed = error === undefined ? undefined : stepOf(error);
  const index = failed === undefined ? CONNECTION_STEPS.length : CONNECTION_STEPS.indexOf(failed);
  return CONNECTION_STEPS.map((step, at): ConnectionResult => {
    if (at < index) return { step, result: 'well' };
    if (at > index || error === undefined) return { step, result: 'not-tried' };
    return { step, result: 'failed', code: error.code, evidence: error.evidence };
  });
}

/** The cloud checks the instance's owner and the policy with one code each (OnsMqtt 2020-04-20). */
function stepOf(error: StationError): ConnectionStep {
  if (error.evidence.cloudCode === 'InstancePermissionCheckFailed') return 'instance';
  return STEP_OF[error.code] ?? 'api';
}
