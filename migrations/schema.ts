import type { Knex } from 'knex';

/** Whether this is MariaDB or MySQL rather than SQLite. */
export function isServer(db: Knex): boolean {
  return db.client.dialect !== 'sqlite3' && db.client.dialect !== 'better-sqlite3';
}

/**
 * A table whose texts compare byte by byte, trailing spaces included, on every engine: the servers' default
 * collations take `admin`, `ADMIN`, `ádmin` and `admin ` for one name.
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

/** A view of several selects, whose texts are joined by `||`. */
export async function createView(
  db: Knex,
  view: string,
  selects: readonly string[],
): Promise<void> {
  const definition = `CREATE VIEW ${view} AS ${selects.join('\nUNION ALL\n')}`;
  await (isServer(db) ? withPipesAsConcat(db, definition) : db.raw(definition));
}

/** The stored definition has concat() in it, so that only this session needs the mode. */
async function withPipesAsConcat(db: Knex, definition: string): Promise<void> {
  if (!db.isTransaction) {
    await db.transaction((tx) => withPipesAsConcat(tx, definition));
    return;
  }
  await db.raw("SET @mode = @@sql_mode, sql_mode = CONCAT(@@sql_mode, ',PIPES_AS_CONCAT')");
  await db.raw(definition);
  await db.raw('SET sql_mode = @mode');
}

/**
 * What a list is searched in: `<table>_search`, kept by triggers. SQLite has an index of three-character sequences. It
 * keeps neither texts nor positions, so a match is checked again on the row. MariaDB has no such index that is both
 * small and fast: there it is a narrow table to walk, in which an owner's rows are together.
 *
 * @param text the type of the texts on MariaDB, as large as where they come from.
 */
export async function createSearch(
  db: Knex,
  table: string,
  text: 'text' | 'mediumtext' = 'text',
): Promise<void> {
  await (isServer(db) ? createNarrowTable(db, table, text) : createTrigrams(db, table));
}

export async function dropSearch(db: Knex, table: string): Promise<void> {
  for (const event of ['insert', 'update', 'delete']) {
    await db.raw(`DROP TRIGGER ${table}_search_${event}`);
  }
  await db.raw(`DROP TABLE ${table}_search`);
}

async function createTrigrams(db: Knex, table: string): Promise<void> {
  const index = `${table}_search`;
  await db.raw(
    `CREATE VIRTUAL TABLE ${index} USING fts5(search_text, content='', contentless_delete=1, tokenize='trigram', detail='none')`,
  );
  await db.raw(`INSERT INTO ${index} (rowid, search_text) SELECT id, search_text FROM ${table}`);
  await db.raw(`CREATE TRIGGER ${index}_insert AFTER INSERT ON ${table} BEGIN
    INSERT INTO ${index} (rowid, search_text) VALUES (new.id, new.search_text); END`);
  await db.raw(`CREATE TRIGGER ${index}_update AFTER UPDATE OF search_text ON ${table} BEGIN
    UPDATE ${index} SET search_text = new.search_text WHERE rowid = new.id; END`);
  await db.raw(`CREATE TRIGGER ${index}_delete AFTER DELETE ON ${table} BEGIN
    DELETE FROM ${index} WHERE rowid = old.id; END`);
}

async function createNarrowTable(
  db: Knex,
  table: string,
  text: 'text' | 'mediumtext',
): Promise<void> {
  const narrow = `${table}_search`;
  const columns = ['owner_id', 'id', 'reseller_id', 'search_text'];
  await identityTable(db, narrow, (created) => {
    created.bigInteger('owner_id').unsigned().notNullable();
    created.bigInteger('id').unsigned().notNullable();
    created.bigInteger('reseller_id').unsigned().nullable().index();
    created.text('search_text', text).notNullable();
    created.primary(['owner_id', 'id']);
  });
  const list = columns.join(', ');
  await db.raw(`INSERT INTO ${narrow} (${list}) SELECT ${list} FROM ${table}`);
  const values = columns.map((column) => `NEW.${column}`).join(', ');
  const isSame = columns.map((column) => `NEW.${column} <=> OLD.${column}`).join(' AND ');
  const changes = columns.map((column) => `${column} = NEW.${column}`).join(', ');
  const oldRow = 'owner_id = OLD.owner_id AND id = OLD.id';
  await db.raw(`CREATE TRIGGER ${narrow}_insert AFTER INSERT ON ${table} FOR EACH ROW
    INSERT INTO ${narrow} (${list}) VALUES (${values})`);
  await db.raw(`CREATE TRIGGER ${narrow}_update AFTER UPDATE ON ${table} FOR EACH ROW
    IF NOT (${isSame}) THEN UPDATE ${narrow} SET ${changes} WHERE ${oldRow}; END IF`);
  await db.raw(`CREATE TRIGGER ${narrow}_delete AFTER DELETE ON ${table} FOR EACH ROW
    DELETE FROM ${narrow} WHERE ${oldRow}`);
}

async function byteCollation(db: Knex): Promise<string> {
  const [rows] = await db.raw<[{ version: string }[], unknown]>('SELECT VERSION() AS version');
  return /mariadb/i.test(rows[0]?.version ?? '') ? 'utf8mb4_nopad_bin' : 'utf8mb4_0900_bin';
}
