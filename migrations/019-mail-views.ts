import anyAscii from 'any-ascii';
import type { Knex } from 'knex';
import { addComputedColumn, dropComputedColumn, isServer } from './schema.js';

/** For smtpd(8)'s checks of recipients: refusals in ASCII, and aliases that reach only suspended mailboxes. */
export async function up(db: Knex): Promise<void> {
  await addReplies(db);
  await addComputedColumn(db, 'alias_targets', 'base', withoutTag(db, 'target'));
  await addComputedColumn(db, 'domains', 'forward_base', withoutTag(db, 'forward_to'));
}

export async function down(db: Knex): Promise<void> {
  await dropComputedColumn(db, 'domains', 'forward_base');
  await dropComputedColumn(db, 'alias_targets', 'base');
  // By hand, since Knex would recreate the table without its computed columns.
  await db.raw('ALTER TABLE domains DROP COLUMN reject_reply');
}

/** Null where the text is empty in ASCII. */
async function addReplies(db: Knex): Promise<void> {
  await db.schema.alterTable('domains', (table) => {
    table.string('reject_reply', 255).nullable();
  });
  const texts: string[] = await db('domains')
    .whereNotNull('reject_text')
    .distinct()
    .pluck('reject_text');
  for (const text of texts) {
    await db('domains')
      .where({ reject_text: text })
      .update({ reject_reply: replyOf(text) || null });
  }
}

/** A reply line (RFC 5321 §4.5.3.1.5) has room for this much text, whatever the recipient. */
const mostOctets = 214;

/** As the program did then: in ASCII, cut at a word if it is too long. */
function replyOf(text: string): string {
  const plain = anyAscii(text.normalize('NFC')).replaceAll(/[^ -~]+/g, ' ');
  const reply = plain.replaceAll(/ +/g, ' ').trim();
  const cut = reply.slice(0, mostOctets - 3).replace(/ +\S*$/, '');
  return reply.length <= mostOctets ? reply : `${cut}...`;
}

/** `box+tag@example.com` as `box@example.com`. A delimiter at the start is part of the name (split_addr(3)). */
function withoutTag(db: Knex, address: string): string {
  const name = `substr(${address}, 1, instr(${address}, '+') - 1)`;
  const domain = `substr(${address}, instr(${address}, '@'))`;
  const joined = isServer(db) ? `CONCAT(${name}, ${domain})` : `${name} || ${domain}`;
  return `CASE WHEN instr(${address}, '+') > 1 THEN ${joined} ELSE ${address} END`;
}
