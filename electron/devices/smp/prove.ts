/**
 * Having the unit prove that its flash holds the record. Source: device protocol, proof of possession.
 * Must not: use a nonce twice, or let a proof from before the restart count.
 */
import { randomBytes } from 'node:crypto';
import { type ErrorCode, StationError } from '../../domain/errors.ts';
import type { Payload } from '../../station/ports.ts';
import type { Conversation } from './conversation.ts';
import { type Proof, proveRequest, type Request } from './messages.ts';
import { isProof } from './proof.ts';
import { RC, refusal, unlessRefused } from './refusal.ts';

const NONCE_LENGTH = 32;
/** What a unit that was put in without the port noticing would also lead to. */
const DOUBTFUL: readonly ErrorCode[] = ['PROOF_WRONG', 'UNIT_FORGOT_RECORD'];

/** Rejects PROOF_WRONG; `notBoot` are the boot numbers from which a proof does not count. */
export async function proveRecord(
  talk: Conversation,
  payload: Payload,
  notBoot: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  try {
    const proof = await talk.inRounds(signal, () => unlessRefused(talk.ask(challenge, signal), proveRefusal));
    const wrong = faultOf(proof, payload, notBoot);
    if (wrong !== undefined) throw new StationError('PROOF_WRONG', { wrong });
  } catch (thrown) {
    const isRefused = thrown instanceof StationError && DOUBTFUL.includes(thrown.code);
    throw isRefused ? await talk.orChanged(thrown, signal) : thrown;
  }
}

type AnsweredProof = Proof & { readonly nonce: Uint8Array };

function challenge(): Request<AnsweredProof> {
  const nonce = Uint8Array.from(randomBytes(NONCE_LENGTH));
  const request = proveRequest(nonce);
  return { ...request, read: (reply) => ({ ...request.read(reply), nonce }) };
}

function faultOf(proof: AnsweredProof, payload: Payload, notBoot: readonly string[]): string | undefined {
  if (proof.digest !== payload.digest) return 'dig';
  if (notBoot.includes(proof.boot)) return 'boot';
  return isProof(payload, proof) ? undefined : 'mac';
}

function proveRefusal(rc: number): StationError {
  return rc === RC.noRecord ? new StationError('UNIT_FORGOT_RECORD', { rc }) : refusal(rc, 'PROOF_WRONG');
}
