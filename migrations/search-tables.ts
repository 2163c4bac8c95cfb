import type { Knex } from 'knex';
import { isServer } from './schema.js';

/**
 * The search table of a list, `<table>_search`, maintained by triggers. SQLite has an index of trigrams without texts
 * and positions, so matches are checked again on the row. MariaDB has no such index that is both small and fast: there
 * the texts of an owner's rows are stored together in blocks, which are scanned twenty times as fast as rows.
 */
export async function createSearch(db: Knex, table: string): Promise<void> {
  await (isServer(db) ? createBlocks(db, table) : createTrigrams(db, table));
}

export async function dropSearch(db: Knex, table: string): Promise<void> {
  for (const event of ['insert', 'update', 'delete']) {
    await db.raw(`DROP TRIGGER ${table}_search_${event}`);
  }
  await db.raw(`DROP TABLE ${table}_search`);
}

/**
 * The same for accounts, except mail users: a reseller and its customers share blocks, and so do all others.
 */
export async function createAccountSearch(db: Knex): Promise<void> {
  if (isServer(db)) {
    await createBlockTable(db, 'accounts', 'standing alone');
    await fillBlocks(db, 'accounts', accountKeys);
    await createBlockTriggers(db, 'accounts', accountKeys);
  } else {
    await createTrigrams(db, 'accounts', (row) => `${row}.role <> 'mail-user'`);
  }
}

/**
 * The same for a log, whose rows never change. Entries without an owner are included. An entry outlives its owner and
 * keeps the reseller of its time, so blocks are separated by both, with 0 for none.
 */
export async function createLogSearch(db: Knex, table: string): Promise<void> {
  await (isServer(db) ? createLogBlocks(db, table) : createTrigrams(db, table));
}

export async function dropLogSearch(db: Knex, table: string): Promise<void> {
  if (!isServer(db)) {
    await dropSearch(db, table);
    return;
  }
  await db.raw(`DROP TRIGGER ${table}_search_insert`);
  await db.schema.dropTable(`${table}_search`);
}

async function createTrigrams(
  db: Knex,
  table: string,
  isIndexed: (row: string) => string = () => '1',
): Promise<void> {
  const index = `${table}_search`;
  await db.raw(
    `CREATE VIRTUAL TABLE ${index} USING fts5(search_text, content='', contentless_delete=1, tokenize='trigram', detail='none')`,
  );
  await db.raw(
    `INSERT INTO ${index} (rowid, search_text) SELECT id, search_text FROM ${table} WHERE ${isIndexed(table)}`,
  );
  await db.raw(`CREATE TRIGGER ${index}_insert AFTER INSERT ON ${table} WHEN ${isIndexed('new')} BEGIN
    INSERT INTO ${index} (rowid, search_text) VALUES (new.id, new.search_text); END`);
  await db.raw(`CREATE TRIGGER ${index}_update AFTER UPDATE OF search_text ON ${table} WHEN ${isIndexed('new')} BEGIN
    UPDATE ${index} SET search_text = new.search_text WHERE rowid = new.id; END`);
  await db.raw(`CREATE TRIGGER ${index}_delete AFTER DELETE ON ${table} WHEN ${isIndexed('old')} BEGIN
    DELETE FROM ${index} WHERE rowid = old.id; END`);
}

/** A block of this size accepts no further rows. Larger ones would make each change of a row more expensive. */
const fullBytes = 2000;
const rowsAtFirst = 25;

/** The owner and reseller of a row's block, and which rows are indexed, as SQL. */
interface BlockKeys {
  readonly owner: (row: string) => string;
  readonly reseller: (row: string) => string;
  readonly isIndexed: (row: string) => string;
}

const ownedKeys: BlockKeys = {
  owner: (row) => `${row}.owner_id`,
  reseller: (row) => `${row}.reseller_id`,
  isIndexed: () => 'TRUE',
};

/** A reseller's scope is found by the reseller: itself and its customers. */
const resellerOf = (row: string): string =>
  `CASE ${row}.role WHEN 'reseller' THEN ${row}.id ELSE COALESCE(${row}.parent_id, 0) END`;

const accountKeys: BlockKeys = {
  owner: resellerOf,
  reseller: resellerOf,
  isIndexed: (row) => `${row}.role <> 'mail-user'`,
};

async function createBlocks(db: Knex, table: string): Promise<void> {
  await createBlockTable(db, table, 'of accounts');
  await fillBlocks(db, table, ownedKeys);
  await createBlockTriggers(db, table, ownedKeys);
}

/**
 * A row is in its owner's block with the largest `first_id` that is at most its ID. `ids` and `texts` are lists in the
 * same order, each entry preceded by a comma or a line feed, and bytes, since comparing characters takes ten times as
 * long. Blocks are deleted with their accounts, since servers run no triggers for cascading deletions.
 */
async function createBlockTable(
  db: Knex,
  table: string,
  blocks: 'of accounts' | 'standing alone',
): Promise<void> {
  await db.schema.createTable(`${table}_search`, (created) => {
    created.engine('InnoDB');
    created.bigInteger('owner_id').unsigned().notNullable();
    created.bigInteger('first_id').unsigned().notNullable();
    created.bigInteger('last_id').unsigned().notNullable();
    created.bigInteger('reseller_id').unsigned().nullable().index();
    created.specificType('ids', 'MEDIUMBLOB').notNullable();
    created.specificType('texts', 'LONGBLOB').notNullable();
    created.primary(['owner_id', 'first_id']);
    if (blocks === 'of accounts') {
      created.foreign('owner_id').references('id').inTable('accounts').onDelete('CASCADE');
    }
  });
}

async function createBlockTriggers(db: Knex, table: string, keys: BlockKeys): Promise<void> {
  const blocks = `${table}_search`;
  const isSame = [keys.owner, keys.reseller, (row: string) => `${row}.id`, searchTextOf]
    .map((of) => `${of('NEW')} <=> ${of('OLD')}`)
    .join(' AND ');
  const add = `IF ${keys.isIndexed('NEW')} THEN ${additionTo(blocks, keys)}; END IF`;
  const remove = removalFrom(blocks, keys);
  await db.raw(`CREATE TRIGGER ${blocks}_insert AFTER INSERT ON ${table} FOR EACH ROW ${add}`);
  await db.raw(`CREATE TRIGGER ${blocks}_update AFTER UPDATE ON ${table} FOR EACH ROW
    IF NOT (${isSame}) THEN ${remove}; ${add}; END IF`);
  await db.raw(`CREATE TRIGGER ${blocks}_delete AFTER DELETE ON ${table} FOR EACH ROW ${remove}`);
}

const searchTextOf = (row: string): string => `${row}.search_text`;

async function createLogBlocks(db: Knex, table: string): Promise<void> {
  const blocks = `${table}_search`;
  await db.schema.createTable(blocks, (created) => {
    created.engine('InnoDB');
    created.bigInteger('owner_id').notNullable();
    created.bigInteger('reseller_id').notNullable().index();
    created.bigInteger('first_id').unsigned().notNullable();
    created.specificType('ids', 'MEDIUMBLOB').notNullable();
    created.specificType('texts', 'LONGBLOB').notNullable();
    created.primary(['owner_id', 'reseller_id', 'first_id']);
  });
  await fillLogBlocks(db, table);
  const isPlace =
    'owner_id = COALESCE(NEW.owner_id, 0) AND reseller_id = COALESCE(NEW.reseller_id, 0)';
  await db.raw(`CREATE TRIGGER ${blocks}_insert AFTER INSERT ON ${table} FOR EACH ROW BEGIN
    DECLARE place BIGINT UNSIGNED DEFAULT NULL;
    DECLARE is_full BOOLEAN DEFAULT FALSE;
    DECLARE CONTINUE HANDLER FOR NOT FOUND SET place = NULL;
    SELECT first_id, LENGTH(texts) >= ${fullBytes} INTO place, is_full FROM ${blocks}
    WHERE ${isPlace} ORDER BY first_id DESC LIMIT 1 FOR UPDATE;
    IF place IS NULL OR is_full THEN
      INSERT INTO ${blocks} (owner_id, reseller_id, first_id, ids, texts)
      VALUES (COALESCE(NEW.owner_id, 0), COALESCE(NEW.reseller_id, 0), NEW.id, CONCAT(',', NEW.id),
        CONCAT(${lineFeed}, ${lineOf('NEW.search_text')}));
    ELSE
      UPDATE ${blocks} SET ids = CONCAT(ids, ',', NEW.id),
        texts = CONCAT(texts, ${lineFeed}, ${lineOf('NEW.search_text')})
      WHERE ${isPlace} AND first_id = place;
    END IF;
  END`);
}

async function fillLogBlocks(db: Knex, table: string): Promise<void> {
  if (!db.isTransaction) {
    await db.transaction((tx) => fillLogBlocks(tx, table));
    return;
  }
  await db.raw('SET group_concat_max_len = 1000000000');
  await db.raw(`INSERT INTO ${table}_search (owner_id, reseller_id, first_id, ids, texts)
    SELECT owner, reseller, MIN(id), CONCAT(',', GROUP_CONCAT(id ORDER BY id)),
      CONCAT(${lineFeed}, GROUP_CONCAT(${lineOf('search_text')} ORDER BY id SEPARATOR '\n'))
    FROM (
      SELECT COALESCE(owner_id, 0) AS owner, COALESCE(reseller_id, 0) AS reseller, id, search_text,
        (ROW_NUMBER() OVER (PARTITION BY COALESCE(owner_id, 0), COALESCE(reseller_id, 0) ORDER BY id) - 1)
          DIV ${rowsAtFirst} AS block
      FROM ${table}
    ) AS placed GROUP BY owner, reseller, block`);
}

const lineFeed = 'CHAR(10)';
const lineOf = (text: string): string => `REPLACE(${text}, ${lineFeed}, ' ')`;

/** Indexes existing rows. */
async function fillBlocks(db: Knex, table: string, keys: BlockKeys): Promise<void> {
  if (!db.isTransaction) {
    await db.transaction((tx) => fillBlocks(tx, table, keys));
    return;
  }
  // MySQL would truncate them at 1,024 bytes.
  await db.raw('SET group_concat_max_len = 1000000000');
  const owner = keys.owner(table);
  await db.raw(`INSERT INTO ${table}_search (owner_id, first_id, last_id, reseller_id, ids, texts)
    SELECT owner, MIN(id), MAX(id), MAX(reseller), CONCAT(',', GROUP_CONCAT(id ORDER BY id)),
      CONCAT(${lineFeed}, GROUP_CONCAT(${lineOf('search_text')} ORDER BY id SEPARATOR '\n'))
    FROM (
      SELECT ${owner} AS owner, id, ${keys.reseller(table)} AS reseller, search_text,
        (ROW_NUMBER() OVER (PARTITION BY ${owner} ORDER BY id) - 1) DIV ${rowsAtFirst} AS block
      FROM ${table} WHERE ${keys.isIndexed(table)}
    ) AS placed GROUP BY owner, block`);
}

/** A new block only begins after all rows of the one before it, or it would split that block. */
function additionTo(blocks: string, { owner, reseller }: BlockKeys): string {
  return `BEGIN
    DECLARE place BIGINT UNSIGNED DEFAULT NULL;
    DECLARE is_full BOOLEAN DEFAULT FALSE;
    DECLARE CONTINUE HANDLER FOR NOT FOUND SET place = NULL;
    SELECT first_id, last_id < NEW.id AND LENGTH(texts) >= ${fullBytes} INTO place, is_full FROM ${blocks}
    WHERE owner_id = ${owner('NEW')} AND first_id <= NEW.id ORDER BY first_id DESC LIMIT 1 FOR UPDATE;
    IF place IS NULL OR is_full THEN
      INSERT INTO ${blocks} (owner_id, first_id, last_id, reseller_id, ids, texts)
      VALUES (${owner('NEW')}, NEW.id, NEW.id, ${reseller('NEW')}, CONCAT(',', NEW.id),
        CONCAT(${lineFeed}, ${lineOf('NEW.search_text')}));
    ELSE
      UPDATE ${blocks} SET last_id = GREATEST(last_id, NEW.id), reseller_id = ${reseller('NEW')},
        ids = CONCAT(ids, ',', NEW.id), texts = CONCAT(texts, ${lineFeed}, ${lineOf('NEW.search_text')})
      WHERE owner_id = ${owner('NEW')} AND first_id = place;
    END IF;
  END`;
}

function removalFrom(blocks: string, { owner }: BlockKeys): string {
  return `BEGIN
    DECLARE place BIGINT UNSIGNED DEFAULT NULL;
    DECLARE entry INT DEFAULT 0;
    DECLARE CONTINUE HANDLER FOR NOT FOUND SET entry = 0;
    SELECT first_id, FIND_IN_SET(OLD.id, ids) INTO place, entry FROM ${blocks}
    WHERE owner_id = ${owner('OLD')} AND first_id <= OLD.id ORDER BY first_id DESC LIMIT 1 FOR UPDATE;
    IF entry > 0 THEN
      UPDATE ${blocks} SET ids = ${withoutEntry('ids', "','")}, texts = ${withoutEntry('texts', lineFeed)}
      WHERE owner_id = ${owner('OLD')} AND first_id = place;
      DELETE FROM ${blocks} WHERE owner_id = ${owner('OLD')} AND first_id = place AND ids = '';
    END IF;
  END`;
}

function withoutEntry(list: string, separator: string): string {
  return `CONCAT(SUBSTRING_INDEX(${list}, ${separator}, entry - 1),
    SUBSTRING(${list}, LENGTH(SUBSTRING_INDEX(${list}, ${separator}, entry)) + 1))`;
}
