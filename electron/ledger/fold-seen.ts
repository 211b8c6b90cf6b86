/**
 * The fold's part for what a station comes to know of by the way: units, slots, operators. The latest word counts.
 * Must not: know runs or claims beyond their names.
 */
import { type Kysely, sql } from 'kysely';
import type { Tables, UnitRow } from './schema.ts';
import { searchKeys } from './search-keys.ts';
import { insertion } from './statements.ts';

interface UnitSeen {
  readonly hardwareId: string;
  readonly model?: string | undefined;
  readonly firmware?: string | undefined;
  /** The claim that is the unit's from now on. */
  readonly claim?: { readonly instanceId: string; readonly clientId: string };
  readonly at: string;
}

type UnitClaim = Pick<UnitRow, 'instance_id' | 'client_id'>;

/** The claim that the unit has, if any. What is not said of the unit stays as it was. */
export async function seeUnit(
  trx: Kysely<Tables>,
  { hardwareId, model = '', firmware = '', claim, at }: UnitSeen,
): Promise<UnitClaim | undefined> {
  const [unit] = await upsertUnit(trx, {
    hardware_id: hardwareId,
    model,
    firmware,
    first_seen_at: at,
    last_seen_at: at,
    instance_id: claim?.instanceId ?? null,
    client_id: claim?.clientId ?? null,
    ...searchKeys(hardwareId),
  });
  return unit;
}

const upsertUnit = insertion<'unit', UnitClaim>('unit', (insert) =>
  insert
    .onConflict((oc) =>
      oc.column('hardware_id').doUpdateSet((eb) => ({
        last_seen_at: eb.ref('excluded.last_seen_at'),
        model: eb.fn.coalesce(said('excluded.model'), 'unit.model'),
        firmware: eb.fn.coalesce(said('excluded.firmware'), 'unit.firmware'),
        instance_id: eb.fn.coalesce('excluded.instance_id', 'unit.instance_id'),
        client_id: eb.fn.coalesce('excluded.client_id', 'unit.client_id'),
      })),
    )
    .returning(['instance_id', 'client_id']),
);

const said = (column: string) => sql<string | null>`nullif(${sql.ref(column)}, '')`;

export const upsertSlot = insertion('slot', (insert) =>
  insert.onConflict((oc) =>
    oc.columns(['station_id', 'name']).doUpdateSet((eb) => ({
      port: eb.ref('excluded.port'),
      last_run_id: eb.ref('excluded.last_run_id'),
      last_seen_at: eb.ref('excluded.last_seen_at'),
    })),
  ),
);

export const upsertOperator = insertion('operator', (insert) =>
  insert.onConflict((oc) =>
    oc.column('id').doUpdateSet((eb) => ({ last_seen_at: eb.ref('excluded.last_seen_at') })),
  ),
);
