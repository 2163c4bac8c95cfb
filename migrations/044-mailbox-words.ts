import type { Knex } from 'knex';
import { foreignId, identityTable } from './schema.js';

interface MailboxRow {
  id: number;
  address: string;
  display_name: string;
}

/** Rows read at once. */
const atOnce = 1000;
/** Rows written at once: databases limit the number of values in a statement. */
const writtenAtOnce = 400;

/** The folded words of mailboxes, by which they are found: those of their local parts and of their owners' names. */
export async function up(db: Knex): Promise<void> {
  await identityTable(db, 'mailbox_words', (table) => {
    table.string('word', 64).notNullable();
    foreignId(table, 'id', 'mailboxes', 'CASCADE').notNullable().index();
    table.primary(['word', 'id']);
  });
  for (let after = 0; ;) {
    const rows = await db<MailboxRow>('mailboxes')
      .where('id', '>', after)
      .orderBy('id')
      .limit(atOnce)
      .select('id', 'address', 'display_name');
    if (rows.length === 0) {
      return;
    }
    const words = rows.flatMap((row) => wordsOf(row).map((word) => ({ word, id: row.id })));
    await db.batchInsert('mailbox_words', words, writtenAtOnce);
    after = rows.at(-1)?.id ?? after;
  }
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable('mailbox_words');
}

function wordsOf({ address, display_name: name }: MailboxRow): readonly string[] {
  const words = `${name} ${address.slice(0, address.lastIndexOf('@'))}`
    .normalize('NFKD')
    .replaceAll(/\p{Mn}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map((word) => Array.from(word).slice(0, 64).join(''));
  return [...new Set(words)].slice(0, 20);
}
