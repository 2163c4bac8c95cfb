import type { Knex } from 'knex';

/** Whether this is MariaDB or MySQL rather than SQLite. */
export function isServer(db: Knex): boolean {
  return db.client.dialect !== 'sqlite3' && db.client.dialect !== 'better-sqlite3';
}

/**
 * A table whose texts compare byte by byte, including trailing spaces, on every engine: the servers' default collations
 * consider `admin`, `ADMIN`, `ádmin` and `admin ` equal.
 */
export async function identityTable(
  db: Knex,
  name: string,
  define: (table: Knex.CreateTableBuilder) => void,
): Promise<void> {
  const collation = isServer(db) ? await byteCollation(db) : undefined;
  await db.schema.createTable(name, (table) => {
    if (collation !== undefined) {
      table.engine('InnoDB');
      table.charset('utf8mb4');
      table.collate(collation);
    }
    define(table);
  });
}

export function bigId(table: Knex.CreateTableBuilder): void {
  table.bigIncrements('id');
}

export function foreignId(
  table: Knex.CreateTableBuilder,
  column: string,
  parent: string,
  onDelete: 'CASCADE' | 'RESTRICT',
): Knex.ReferencingColumnBuilder {
  return table.bigInteger(column).unsigned().references('id').inTable(parent).onDelete(onDelete);
}

/** A column computed from others of its row, with an index. */
export async function addComputedColumn(
  db: Knex,
  table: string,
  column: string,
  value: string,
): Promise<void> {
  await db.raw(`ALTER TABLE ${table} ADD COLUMN ${column} VARCHAR(320) AS (${value}) VIRTUAL`);
  await db.raw(`CREATE INDEX ${table}_${column} ON ${table} (${column})`);
}

export async function dropComputedColumn(db: Knex, table: string, column: string): Promise<void> {
  await db.raw(`DROP INDEX ${table}_${column} ${isServer(db) ? `ON ${table}` : ''}`);
  await db.raw(`ALTER TABLE ${table} DROP COLUMN ${column}`);
}

async function byteCollation(db: Knex): Promise<string> {
  const [rows] = await db.raw<[{ version: string }[], unknown]>('SELECT VERSION() AS version');
  return /mariadb/i.test(rows[0]?.version ?? '') ? 'utf8mb4_nopad_bin' : 'utf8mb4_0900_bin';
}

/** Changes what plans permit, in all of them. */
export async function changePermissions(
  db: Knex,
  changed: (permissions: readonly string[]) => readonly string[],
): Promise<void> {
  const plans = await db<{ id: number; permissions: string }>('plans').select('id', 'permissions');
  for (const { id, permissions } of plans) {
    const before: string[] = JSON.parse(permissions);
    await db('plans')
      .where({ id })
      .update({ permissions: JSON.stringify(changed(before)) });
  }
}
