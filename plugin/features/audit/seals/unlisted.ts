import type { Knex } from 'knex';

/** Entries that the list does not show as they are, by the ID of the first of their act. */
export interface Unlisted {
  readonly first_id: number;
  readonly entries: number;
}

const mostReported = 100;

/** Compares the acts that the list shows with the entries, in each scope. */
export async function unlistedIn(db: Knex): Promise<readonly Unlisted[]> {
  const found = await Promise.all(
    [[], ['owner_id'], ['reseller_id']].map((own) => unlistedOf(db, own)),
  );
  return [...new Map(found.flat().map((each) => [each.first_id, each])).values()];
}

async function unlistedOf(db: Knex, own: readonly string[]): Promise<readonly Unlisted[]> {
  const entries = db('audit_entries')
    .select('group_id', 'action', ...own)
    .min({ first_id: 'id' })
    .count({ entries: '*' })
    .groupBy('group_id', 'action', ...own);
  for (const column of own) {
    void entries.whereNotNull(column);
  }
  return await db
    .from(entries.as('counted'))
    .leftJoin('audit_acts', (join) => {
      for (const column of ['group_id', 'action']) {
        join.on(`audit_acts.${column}`, `counted.${column}`);
      }
      for (const column of ['owner_id', 'reseller_id']) {
        if (own.includes(column)) {
          join.on(`audit_acts.${column}`, `counted.${column}`);
        } else {
          join.onVal(`audit_acts.${column}`, 0);
        }
      }
    })
    .where((differs) => {
      void differs
        .whereNull('audit_acts.id')
        .orWhereRaw('audit_acts.first_id <> counted.first_id')
        .orWhereRaw('audit_acts.entries <> counted.entries');
    })
    .limit(mostReported)
    .select('counted.first_id', 'counted.entries');
}
