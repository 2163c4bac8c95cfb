import type { Knex } from 'knex';
import { engineOf } from '../database/engine.js';
import { foldText } from '../database/fold-text.js';
import { actorColumns } from '../viewing/actor.js';
import { type Recorded, changeDigest } from './acts.js';
import { type Act, type Entry, jsonOf, lastOf } from './entry.js';

/** Entries of rows that change alike, one for each row of a query. */
export interface AlikeEntries extends Pick<Entry, 'action' | 'before' | 'after'> {
  /** The rows in their new state, without columns. */
  readonly rows: Knex.QueryBuilder;
  /** Columns of the rows: their names, and these as people search for them, folded. */
  readonly subject: string;
  readonly folded: string;
  readonly ownerId: string;
  readonly resellerId: string;
  readonly domain?: string;
  /** Joins `after`. */
  readonly version: string;
}

/** Writes the entries of rows that change alike in one statement. */
export async function writeEntries(
  tx: Knex.Transaction,
  act: Act,
  entries: AlikeEntries,
): Promise<readonly Recorded[]> {
  const at = Date.now();
  const last = await lastOf(tx, act.group);
  const columns = columnsOf(tx, act, entries, at);
  const values = Object.values(columns).map((value) =>
    typeof value === 'object' && value !== null ? value : tx.raw('?', [value]),
  );
  await tx
    .into(tx.raw('audit_entries (??)', [Object.keys(columns)]))
    .insert(entries.rows.select(values));
  return await recordedSince(tx, act.group, last, { ...entries, at });
}

function columnsOf(
  tx: Knex.Transaction,
  { by, group }: Act,
  { action, before, after, ...from }: AlikeEntries,
  at: number,
): Readonly<Record<string, Knex.Value | Knex.Ref<string, object>>> {
  const engine = engineOf(tx);
  const opened = JSON.stringify({ ...after, version: 0 }).replace(/0\}$/, '');
  const who = foldText(`${by.actor} ${by.actingAs ?? ''}`);
  const folded = tx.raw(engine.concat('?', '??', "' '", '??'), [
    `${who} `,
    from.subject,
    from.folded,
  ]);
  return {
    at,
    ...actorColumns(by),
    action,
    subject: tx.ref(from.subject),
    owner_id: tx.ref(from.ownerId),
    reseller_id: tx.ref(from.resellerId),
    domain: from.domain === undefined ? null : tx.ref(from.domain),
    group_id: group,
    before: jsonOf(before),
    after: tx.raw(engine.concat('?', '??', "'}'"), [opened, from.version]),
    search_text: folded,
  };
}

/** The group's entries since one, by their owners. */
async function recordedSince(
  tx: Knex.Transaction,
  group: string,
  last: number,
  { action, before, after, at }: AlikeEntries & { readonly at: number },
): Promise<readonly Recorded[]> {
  const owners: { owner_id: number; reseller_id: number | null; first: number; n: number }[] =
    await tx('audit_entries')
      .where({ group_id: group })
      .where('id', '>', last)
      .groupBy('owner_id', 'reseller_id')
      .select('owner_id', 'reseller_id')
      .min('id as first')
      .count('* as n');
  return owners.map((row) => ({
    id: row.first,
    at,
    action,
    ownerId: row.owner_id,
    resellerId: row.reseller_id ?? undefined,
    digest: changeDigest(before, after),
    entries: row.n,
  }));
}
