import type { Knex } from 'knex';
import type { Changing } from '../changes/changes.js';
import { foldText } from '../database/fold-text.js';
import type { SealedColumn } from '../secrets/sealed-columns.js';
import { type KeptTable, storeRows } from './kept-rows.js';
import type { Held } from './removal.js';

/** What is kept of things of one kind: their rows, table by table, in the order in which they come back. */
export interface KeptKind {
  /** The thing of its entries in the activity log. */
  readonly kind: string;
  /** The entry that says that one came back. */
  readonly restored: { readonly action: string };
  /** The entry that says that one is removed for good. */
  readonly erased: { readonly action: string };
  readonly tables: readonly KeptTable[];
  /** The column with its secret, which stays encrypted. */
  readonly sealed?: SealedColumn;
}

/** A thing that is about to be removed. */
export interface LeavingThing {
  readonly id: number;
  /** Its name in the activity log. */
  readonly name: string;
  /** For people, if that is another. */
  readonly title?: string;
  readonly ownerId: number;
  readonly resellerId: number | undefined;
  readonly domainId?: number;
  /** Whether nothing else may get its name. */
  readonly isReserved: boolean;
  /** The removal that it is a part of. */
  readonly partOf?: number;
  readonly held: Held;
}

/** Raised whenever rows of an older version need more than the columns that are still there. */
const schemaVersion = 1;
const longest = 320;
const dayMs = 24 * 60 * 60 * 1000;
const thingsAtOnce = 200;

/**
 * Keeps things of one kind for a time, in the transaction that then deletes their rows.
 *
 * @returns the IDs of their removals by their own.
 */
export async function keepRemoved(
  changing: Pick<Changing, 'tx' | 'act'>,
  kept: KeptKind,
  things: readonly LeavingThing[],
): Promise<ReadonlyMap<number, number>> {
  const removals = new Map<number, number>();
  const times = things.length === 0 ? {} : await timesOf(changing.tx);
  for (let from = 0; from < things.length; from += thingsAtOnce) {
    const part = things.slice(from, from + thingsAtOnce);
    (await keepPart(changing, kept, { things: part, times })).forEach((removal, thing) =>
      removals.set(thing, removal),
    );
  }
  return removals;
}

async function keepPart(
  { tx, act }: Pick<Changing, 'tx' | 'act'>,
  { kind, tables, sealed }: KeptKind,
  { things, times }: { readonly things: readonly LeavingThing[]; readonly times: object },
): Promise<ReadonlyMap<number, number>> {
  const reserved = things.filter(({ isReserved }) => isReserved).map(({ name }) => name);
  if (reserved.length > 0) {
    // A panel may have made a removed domain anew.
    await tx('removals').whereIn('reserved', reserved).update({ reserved: null });
  }
  const by = { actor: act.by.actor, acting_as: act.by.actingAs ?? null, group_id: act.group };
  await tx('removals').insert(
    things.map((thing) => ({
      kind,
      ...namesOf(thing),
      ...ownersOf(thing),
      ...times,
      ...by,
      held: JSON.stringify(thing.held),
      schema_version: schemaVersion,
    })),
  );
  const stored: readonly { id: number; thing_id: number }[] = await tx('removals')
    .where({ kind })
    .whereIn(
      'thing_id',
      things.map(({ id }) => id),
    )
    .select('id', 'thing_id');
  const ids = stored.map(({ id }) => id);
  for (const table of tables) {
    const isSealed = sealed?.table === table.table;
    await storeRows(tx, table, ids, isSealed ? sealed.column : undefined);
  }
  if (sealed !== undefined) {
    await keepSecrets(tx, sealed, ids);
  }
  return new Map(stored.map(({ id, thing_id: thing }) => [thing, id]));
}

/** They stay encrypted as they are: see the sealed column of `removals`. */
async function keepSecrets(
  tx: Knex.Transaction,
  { table, column }: SealedColumn,
  removals: readonly number[],
): Promise<void> {
  const secret = tx(table).where(`${table}.id`, tx.ref('removals.thing_id')).select(column);
  await tx('removals')
    .whereIn('id', [...removals])
    .update({ secret });
}

function namesOf({ id, name, title = name, isReserved }: LeavingThing): object {
  return {
    thing_id: id,
    name,
    title,
    sort_name: foldText(title).slice(0, longest),
    reserved: isReserved ? name : null,
    search_text: foldText(`${name} ${title}`),
  };
}

function ownersOf({ ownerId, resellerId, domainId, partOf }: LeavingThing): object {
  return {
    owner_id: ownerId,
    reseller_id: resellerId ?? null,
    domain_id: domainId ?? null,
    part_of: partOf ?? null,
  };
}

async function timesOf(tx: Knex): Promise<object> {
  const at = Date.now();
  const days = await keptDays(tx);
  return { removed_at: at, kept_until: days === undefined ? null : at + days * dayMs };
}

/** For how long removed things are kept; undefined keeps them until somebody removes them for good. */
async function keptDays(tx: Knex): Promise<number | undefined> {
  const stored = await tx<{ key: string; value: string }>('settings')
    .where({ key: 'removed-days' })
    .first('value');
  const [days]: readonly string[] = stored === undefined ? [usualDays] : JSON.parse(stored.value);
  return days === undefined ? undefined : Number(days);
}

/** As the manifest declares it. */
const usualDays = '30';
