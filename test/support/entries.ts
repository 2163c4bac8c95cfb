import { randomUUID } from 'node:crypto';
import { changeDigest, storeActs } from '../../plugin/changes/acts.js';
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
export async function addEntries(db: Database, entries: readonly TestEntry[]): Promise<void> {
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
    const { last } = (await tx('audit_entries').max({ last: 'id' }).first()) as { last?: number };
    await tx.batchInsert(
      'audit_entries',
      rows.map((row, index) => ({ id: (last ?? 0) + 1 + index, ...row })),
      200,
    );
    for (const [index, { group_id, actor_id, acting_as, origin, ...row }] of rows.entries()) {
      await storeActs(tx, { group_id, actor_id, acting_as, origin }, [
        {
          id: (last ?? 0) + 1 + index,
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
