import type { TestApp } from '../../support/app.js';

/** What asking alone changes: who is there, how often somebody tried, what an export has come to. */
const passing = new Set(['sessions', 'rate_limits', 'exports']);

/** All that the database holds, as one text, but for what passes. */
export async function contentsOf({ db }: TestApp): Promise<string> {
  const names: readonly { name: string }[] = await (db.location.engine === 'sqlite'
    ? db.knex('sqlite_master').where({ type: 'table' }).select('name')
    : db
        .knex('information_schema.tables')
        .whereRaw('table_schema = DATABASE()')
        .where({ table_type: 'BASE TABLE' })
        .select('table_name as name'));
  const contents: string[] = [];
  for (const { name } of names) {
    if (!passing.has(name)) {
      const rows: readonly Record<string, unknown>[] = await db.knex(name).select('*');
      contents.push(`${name}: ${JSON.stringify(rows.map(withoutUse))}`);
    }
  }
  return contents.join('\n');
}

/** A token's last use is written down when it is used. */
function withoutUse({ last_used_at: _use, ...row }: Record<string, unknown>): object {
  return row;
}
