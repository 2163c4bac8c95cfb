import { randomUUID } from 'node:crypto';
import { changeDigest, storeActs } from '../../plugin/changes/acts.js';
import type { Knex } from 'knex';
import type { Database } from '../../plugin/database/database.js';

/** A row of `audit_entries`, with what a test leaves out filled in. */
export interface TestEntry {
  readonly at?: number;
  readonly actor_id?: number | null;
  readonly actor?: string;
  readonly acting_as?: string | null;
  readonly origin?: string;
  readonly action?: string;
  readonly subject: string;
  readonly domain?: string | null;
  readonly owner_id?: number | null;
  readonly reseller_id?: number | null;
  readonly group_id?: string;
  readonly before?: string;
  readonly after?: string;
  readonly search_text?: string;
}

/** Adds entries to the activity log as if they had been recorded, each as an act of its own unless it has a group. */
export async function addEntries(
  db: Database,
  entries: readonly TestEntry[],
  ids: 'in a row' | 'their own IDs' = 'in a row',
): Promise<void> {
  const rows = entries.map((entry) => ({
    at: Date.now(),
    actor_id: null,
    actor: 'cli',
    acting_as: null,
    origin: 'cli',
    action: 'domain.created',
    domain: null,
    owner_id: null,
    reseller_id: null,
    group_id: randomUUID(),
    before: null,
    after: null,
    search_text: entry.subject,
    ...entry,
  }));
  await db.transaction(async (tx) => {
    const written = ids === 'in a row' ? await inRow(tx, rows) : await oneByOne(tx, rows);
    for (const { group_id, actor_id, acting_as, origin, ...row } of written) {
      await storeActs(tx, { group_id, actor_id, acting_as, origin }, [
        {
          id: row.id,
          at: row.at,
          action: row.action,
          ownerId: row.owner_id ?? undefined,
          resellerId: row.reseller_id ?? undefined,
          digest: changeDigest(JSON.parse(row.before ?? '{}'), JSON.parse(row.after ?? '{}')),
        },
      ]);
    }
  });
}

type Numbered<Row> = Row & { readonly id: number };

/** Many at once, where nobody else writes. */
async function inRow<Row extends object>(
  tx: Knex.Transaction,
  rows: readonly Row[],
): Promise<readonly Numbered<Row>[]> {
  const { last } = (await tx('audit_entries').max({ last: 'id' }).first()) as { last?: number };
  const numbered = rows.map((row, index) => ({ ...row, id: (last ?? 0) + 1 + index }));
  await tx.batchInsert<object>('audit_entries', numbered, 200);
  return numbered;
}

async function oneByOne<Row extends object>(
  tx: Knex.Transaction,
  rows: readonly Row[],
): Promise<readonly Numbered<Row>[]> {
  const numbered: Numbered<Row>[] = [];
  for (const row of rows) {
    const [id] = await tx('audit_entries').insert(row);
    numbered.push({ ...row, id: Number(id) });
  }
  return numbered;
}
