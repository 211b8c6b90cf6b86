/**
 * Finds or makes the claim of a unit that has just been identified: which ClientId it is to have, and whether it
 * may. All inside one transaction, so that two units cannot be given one number or one name.
 * Must not: take a ClientId away from a unit, or give a unit a second one while the first may exist in the cloud.
 */
import type { Kysely } from 'kysely';
import { isBegun } from '../domain/claim.ts';
import { couldBe, fillClientId, needsSequence } from '../domain/client-id-template.ts';
import type { JournalEvent } from '../domain/journal.ts';
import type { ClaimAnswer, ClaimRequest } from '../station/ports.ts';
import { canonicalJson } from './canonical-json.ts';
import { claimOfRow } from './claim-row.ts';
import type { CredentialRow, Tables } from './schema.ts';

type Made = Extract<JournalEvent, { type: 'claim.made' }>;

export type ClaimRuling =
  | { readonly kind: 'answer'; readonly answer: ClaimAnswer }
  /** To be appended; the claim is then the row that the fold made of it. */
  | { readonly kind: 'make'; readonly event: Made };

/** Rules on a request, after its `run.started` was folded. */
export async function ruleOnClaim(trx: Kysely<Tables>, request: ClaimRequest): Promise<ClaimRuling> {
  const { hardwareId, model, order } = request;
  const { instanceId } = order.cloud;
  const template = order.clientId;
  const claims = await claimsOfUnit(trx, hardwareId);
  const fits = ({ instance_id, client_id }: CredentialRow) =>
    instance_id === instanceId && couldBe(template, { hardwareId, model }, client_id);

  const begun = claims.find(({ state }) => isBegun(state) || state === 'passed');
  const [current] = begun ? [begun] : claims;
  if (current && fits(current)) return answer({ kind: 'claimed', claim: claimOfRow(current) });
  if (begun) return answer({ kind: 'unit-has-other', claim: claimOfRow(begun) });

  const earlier = claims.find(fits);
  if (earlier) return make(request, earlier.client_id, earlier.sequence, earlier.sequence_scope);
  const scope = needsSequence(template)
    ? canonicalJson([instanceId, template.text, template.groupId])
    : undefined;
  const sequence = scope === undefined ? undefined : await nextSequence(trx, scope);
  const clientId = fillClientId(template, {
    hardwareId,
    model,
    ...(sequence === undefined ? {} : { sequence }),
  });
  if (clientId === undefined) return answer({ kind: 'does-not-fit' });
  const holder = await claimRow(trx, instanceId, clientId);
  if (holder) return answer({ kind: 'duplicate', claim: claimOfRow(holder) });
  return make(request, clientId, sequence ?? null, scope ?? null);
}

function answer(given: ClaimAnswer): ClaimRuling {
  return { kind: 'answer', answer: given };
}

function make(
  { hardwareId, order }: ClaimRequest,
  clientId: string,
  sequence: number | null,
  scope: string | null,
): ClaimRuling {
  const event: Made = {
    type: 'claim.made',
    instanceId: order.cloud.instanceId,
    clientId: clientId as Made['clientId'],
    hardwareId,
    orderNumber: order.number,
    ...(sequence === null ? {} : { sequence }),
    ...(scope === null ? {} : { sequenceScope: scope }),
  };
  return { kind: 'make', event };
}

/** All claims that were ever made for a unit, the current one first. */
async function claimsOfUnit(trx: Kysely<Tables>, hardwareId: string): Promise<CredentialRow[]> {
  const rows = await trx.selectFrom('credential').selectAll().where('hardware_id', '=', hardwareId).execute();
  if (rows.length === 0) return [];
  const unit = await trx
    .selectFrom('unit')
    .select(['instance_id', 'client_id'])
    .where('hardware_id', '=', hardwareId)
    .executeTakeFirst();
  const isCurrent = (row: CredentialRow) =>
    row.instance_id === unit?.instance_id && row.client_id === unit.client_id;
  return [...rows.filter(isCurrent), ...rows.filter((row) => !isCurrent(row))];
}

async function nextSequence(trx: Kysely<Tables>, scope: string): Promise<number> {
  const row = await trx
    .selectFrom('credential')
    .select((eb) => eb.fn.max('sequence').as('last'))
    .where('sequence_scope', '=', scope)
    .executeTakeFirst();
  return (row?.last ?? 0) + 1;
}

/** One claim by its name. */
export async function claimRow(
  db: Kysely<Tables>,
  instanceId: string,
  clientId: string,
): Promise<CredentialRow | undefined> {
  return db
    .selectFrom('credential')
    .selectAll()
    .where('instance_id', '=', instanceId)
    .where('client_id', '=', clientId)
    .executeTakeFirst();
}
