import type { TestApp } from '../../support/app.js';

/** Tables that reads and refused forms change: sessions, limits, exports, secrets that are kept, previews. */
const passing = new Set([
  'sessions',
  'rate_limits',
  'exports',
  'kept_forms',
  'previews',
  'preview_classes',
  'preview_rows',
  'preview_keys',
]);

/** All contents of the database as one text, without what reads change. */
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
      const lasting = rows.filter((row) => !isCountOfPassing(name, row));
      contents.push(`${name}: ${JSON.stringify(lasting.map(withoutUse))}`);
    }
  }
  return contents.join('\n');
}

/** SQLite stores the last ID of each table. */
function isCountOfPassing(table: string, row: Record<string, unknown>): boolean {
  return table === 'sqlite_sequence' && passing.has(String(row['name']));
}

/** Without the last use of tokens. */
function withoutUse(row: Record<string, unknown>): object {
  return 'last_used_at' in row ? { ...row, last_used_at: undefined } : row;
}
