import type { Knex } from 'knex';
import { foreignId, identityTable, isServer } from './schema.js';
import { createSearch, dropSearch } from './search-tables.js';

/** Drops the orders by attempts, which nobody sorts by and every delivery updates. */
const uselessIndexes = [
  ['attempts', 'id'],
  ['reseller_id', 'attempts', 'id'],
  ['owner_id', 'attempts', 'id'],
];

export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable('messages', (table) => {
    uselessIndexes.forEach((columns) => table.dropIndex(columns));
  });
  await createSearch(db, 'messages');
  await db.schema.alterTable('message_recipients', (table) => {
    table.string('field', 8).notNullable().defaultTo('to');
  });
  await createParts(db);
  await forEachMessage(db, 'message_contents', intoParts);
  await db.schema.dropTable('message_contents');
}

export async function down(db: Knex): Promise<void> {
  await createContents(db);
  await forEachMessage(db, 'message_parts', intoOnePart);
  await db.schema.dropTable('message_parts');
  // Knex would copy the whole table on SQLite.
  await db.raw('ALTER TABLE message_recipients DROP COLUMN field');
  await dropSearch(db, 'messages');
  await db.schema.alterTable('messages', (table) => {
    uselessIndexes.forEach((columns) => table.index(columns));
  });
}

/** Part 0 has the texts and the list of attachments; the attachments follow. Each part is in pieces. */
async function createParts(db: Knex): Promise<void> {
  await identityTable(db, 'message_parts', (table) => {
    foreignId(table, 'message_id', 'messages', 'CASCADE').notNullable();
    table.integer('part').notNullable();
    table.integer('position').notNullable();
    table.specificType('content', isServer(db) ? 'MEDIUMBLOB' : 'BLOB').notNullable();
    table.primary(['message_id', 'part', 'position']);
  });
}

async function createContents(db: Knex): Promise<void> {
  await identityTable(db, 'message_contents', (table) => {
    foreignId(table, 'message_id', 'messages', 'CASCADE').notNullable();
    table.integer('position').notNullable();
    table.specificType('content', isServer(db) ? 'MEDIUMBLOB' : 'BLOB').notNullable();
    table.primary(['message_id', 'position']);
  });
}

async function forEachMessage(
  db: Knex,
  table: string,
  move: (db: Knex, id: number) => Promise<void>,
): Promise<void> {
  const ids: number[] = await db(table).distinct('message_id').pluck('message_id');
  for (const id of ids) {
    await move(db, id);
  }
}

interface Content {
  readonly attachments: readonly { readonly content?: string; readonly bytes?: number }[];
}

async function intoParts(db: Knex, id: number): Promise<void> {
  const kept = await read(db('message_contents').where({ message_id: id }));
  const { attachments, ...text }: Content = JSON.parse(kept.toString('utf8'));
  const contents = attachments.map(({ content = '' }) => Buffer.from(content, 'base64'));
  const notes = attachments.map(({ content: _content, ...note }, index) => ({
    ...note,
    bytes: contents[index]?.length,
  }));
  const first = Buffer.from(JSON.stringify({ ...text, attachments: notes }));
  for (const [part, bytes] of [first, ...contents].entries()) {
    await write(db, bytes, 'message_parts', { message_id: id, part });
  }
}

async function intoOnePart(db: Knex, id: number): Promise<void> {
  const part = (number: number): Promise<Buffer> =>
    read(db('message_parts').where({ message_id: id, part: number }));
  const { attachments, ...text }: Content = JSON.parse((await part(0)).toString('utf8'));
  const whole = await Promise.all(
    attachments.map(async ({ bytes: _bytes, ...note }, index) => ({
      ...note,
      content: (await part(index + 1)).toString('base64'),
    })),
  );
  const bytes = Buffer.from(JSON.stringify({ ...text, attachments: whole }));
  await write(db, bytes, 'message_contents', { message_id: id });
}

async function read(pieces: Knex.QueryBuilder): Promise<Buffer> {
  return Buffer.concat(await pieces.orderBy('position').pluck('content'));
}

const pieceBytes = 1024 * 1024;

async function write(db: Knex, bytes: Buffer, table: string, of: object): Promise<void> {
  for (let position = 0; position * pieceBytes < bytes.length; position += 1) {
    const start = position * pieceBytes;
    const content = bytes.subarray(start, start + pieceBytes);
    await db(table).insert({ ...of, position, content });
  }
}
