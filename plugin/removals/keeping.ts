import type { Knex } from 'knex';
import type { Changing } from '../changes/changes.js';
import { foldText } from '../database/fold-text.js';
import type { SealedColumn } from '../secrets/sealed-columns.js';
import { type Row, storeRows } from './kept-rows.js';
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

export interface KeptTable {
  readonly table: string;
  /** Its rows that belong to the thing with this ID. */
  rowsOf(db: Knex, id: number): Knex.QueryBuilder;
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

/** Keeps a thing for a time, in the transaction that then deletes its rows. @returns the removal's ID. */
export async function keepRemoved(
  { tx, act }: Pick<Changing, 'tx' | 'act'>,
  { kind, tables, sealed }: KeptKind,
  thing: LeavingThing,
): Promise<number> {
  const found = new Map<string, readonly Row[]>();
  for (const each of tables) {
    found.set(each.table, await rowsOf(tx, each, thing.id));
  }
  if (thing.isReserved) {
    // A panel may have made a removed domain anew.
    await tx('removals').where({ reserved: thing.name }).update({ reserved: null });
  }
  const [inserted] = await tx('removals').insert({
    kind,
    ...namesOf(thing),
    ...ownersOf(thing),
    ...(await timesOf(tx)),
    actor: act.by.actor,
    acting_as: act.by.actingAs ?? null,
    group_id: act.group,
    held: JSON.stringify(thing.held),
    secret: secretIn(found, sealed),
    schema_version: schemaVersion,
  });
  const id = Number(inserted);
  for (const [table, rows] of found) {
    const column = sealed?.table === table ? sealed.column : undefined;
    await storeRows(tx, { id, table }, withoutColumn(rows, column));
  }
  return id;
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

/** Stays encrypted as it is: see the sealed column of `removals`. */
function secretIn(
  rows: ReadonlyMap<string, readonly Row[]>,
  sealed: SealedColumn | undefined,
): unknown {
  return (sealed && rows.get(sealed.table)?.[0]?.[sealed.column]) ?? null;
}

async function rowsOf(tx: Knex.Transaction, table: KeptTable, id: number): Promise<readonly Row[]> {
  return await table.rowsOf(tx, id).select('*');
}

function withoutColumn(rows: readonly Row[], column: string | undefined): readonly Row[] {
  return column === undefined ? rows : rows.map((row) => ({ ...row, [column]: null }));
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
