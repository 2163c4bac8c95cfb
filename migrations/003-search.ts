import type { Knex } from 'knex';
import { isServer } from './schema.js';

/**
 * An index of three-character sequences, for SQLite alone: MariaDB has none that is both small and fast, and walks
 * the list instead. It keeps neither texts nor positions, so a match is checked again on the row.
 */
export async function up(db: Knex): Promise<void> {
  if (isServer(db)) {
    return;
  }
  await db.raw(
    `CREATE VIRTUAL TABLE domains_search USING fts5(search_text, content='', contentless_delete=1, tokenize='trigram', detail='none')`,
  );
  await db.raw(
    `INSERT INTO domains_search (rowid, search_text) SELECT id, search_text FROM domains`,
  );
  await db.raw(`CREATE TRIGGER domains_search_insert AFTER INSERT ON domains BEGIN
    INSERT INTO domains_search (rowid, search_text) VALUES (new.id, new.search_text); END`);
  await db.raw(`CREATE TRIGGER domains_search_update AFTER UPDATE OF search_text ON domains BEGIN
    UPDATE domains_search SET search_text = new.search_text WHERE rowid = new.id; END`);
  await db.raw(`CREATE TRIGGER domains_search_delete AFTER DELETE ON domains BEGIN
    DELETE FROM domains_search WHERE rowid = old.id; END`);
}

export async function down(db: Knex): Promise<void> {
  if (isServer(db)) {
    return;
  }
  for (const event of ['insert', 'update', 'delete']) {
    await db.raw(`DROP TRIGGER domains_search_${event}`);
  }
  await db.raw('DROP TABLE domains_search');
}
