import type { Knex } from 'knex';
import { shortenedReplyText } from '../plugin/mail-server/reply-text.js';
import { branches as firstBranches } from './002-mail-views.js';
import { branches as relayBranches } from './008-relays.js';
import { addComputedColumn, createView, dropComputedColumn, isServer } from './schema.js';

/**
 * What smtpd(8) is asked about recipients: a text in ASCII, aliases that lead to nobody but the suspended, and names in
 * A-labels alone, since commands are brought to these before anything is looked up. Postfix folds `ß` to `ss`, and
 * would find one domain where another is asked for.
 */
export async function up(db: Knex): Promise<void> {
  await addReplies(db);
  await addComputedColumn(db, 'alias_targets', 'base', withoutTag(db, 'target'));
  await addComputedColumn(db, 'domains', 'forward_base', withoutTag(db, 'forward_to'));
  await replaceViews(db, branches);
}

export async function down(db: Knex): Promise<void> {
  await db.raw('DROP VIEW IF EXISTS postfix_postmasters');
  await replaceViews(db, { ...firstBranches, ...relayBranches });
  await dropComputedColumn(db, 'domains', 'forward_base');
  await dropComputedColumn(db, 'alias_targets', 'base');
  // By hand, for Knex would make the table anew without its computed columns.
  await db.raw('ALTER TABLE domains DROP COLUMN reject_reply');
}

async function replaceViews(
  db: Knex,
  views: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  for (const [view, selects] of Object.entries(views)) {
    await db.raw('DROP VIEW IF EXISTS ??', [view]);
    await createView(db, view, selects);
  }
}

/** A text that is not empty in ASCII, or nothing. */
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
      .update({ reject_reply: shortenedReplyText(text) || null });
  }
}

/** `box+tag@example.com` as `box@example.com`. A delimiter at the start is part of the name (split_addr(3)). */
function withoutTag(db: Knex, address: string): string {
  const name = `substr(${address}, 1, instr(${address}, '+') - 1)`;
  const domain = `substr(${address}, instr(${address}, '@'))`;
  const joined = isServer(db) ? `CONCAT(${name}, ${domain})` : `${name} || ${domain}`;
  return `CASE WHEN instr(${address}, '+') > 1 THEN ${joined} ELSE ${address} END`;
}

const liveDomain = 'd.mail_enabled = 1 AND d.suspended = 0';
const fromDomains = `FROM domains d WHERE ${liveDomain}`;
const fromAliases = `FROM aliases a JOIN domains d ON d.id = a.domain_id WHERE ${liveDomain}`;
const fromAliasTargets = `FROM aliases a JOIN alias_targets t ON t.alias_id = a.id
  JOIN domains d ON d.id = a.domain_id WHERE ${liveDomain}`;
const fromAllMailboxes = `FROM mailboxes m JOIN domains d ON d.id = m.domain_id WHERE ${liveDomain}`;
const fromMailboxes = `${fromAllMailboxes} AND m.suspended = 0`;

/** A suspended postmaster does not count: RFC 5321 §4.5.1 wants the address to be read by somebody. */
const notPostmaster = 'm.address <> d.postmaster_address';
const fromSuspendedMailboxes = `${fromAllMailboxes} AND m.suspended = 1 AND ${notPostmaster}`;
const fromDomainsWithoutPostmaster = `FROM domains d JOIN accounts o ON o.id = d.owner_id
  WHERE ${liveDomain}
  AND NOT EXISTS (SELECT 1 FROM mailboxes m WHERE m.address = d.postmaster_address AND m.suspended = 0)
  AND NOT EXISTS (SELECT 1 FROM aliases a WHERE a.address = d.postmaster_address)`;

const redirects = `d.unknown_policy = 'redirect'`;
const refusesWithText = `d.unknown_policy = 'reject' AND d.reject_text IS NOT NULL`;
const repliesWithText = `d.unknown_policy = 'reject' AND d.reject_reply IS NOT NULL`;
const ownTransport = `(d.unknown_policy IN ('redirect', 'bounce') OR ${refusesWithText})`;

/** How many aliases behind one another are looked at for where they lead. */
const longestChain = 3;

/** Whether an address leads to nobody but suspended mailboxes, over at most `aliases` aliases. */
function isDisabled(address: string, aliases: number): string {
  const [box, alias, target, home] = ['sm', 'sa', 'st', 'sd'].map((name) => name + aliases);
  const mailbox = `EXISTS (SELECT 1 FROM mailboxes ${box} JOIN domains ${home} ON ${home}.id = ${box}.domain_id
    WHERE ${box}.address = ${address} AND ${box}.suspended = 1 AND ${box}.address <> ${home}.postmaster_address
    AND ${home}.mail_enabled = 1 AND ${home}.suspended = 0)`;
  return aliases === 0
    ? mailbox
    : `(${mailbox} OR EXISTS (SELECT 1 FROM aliases ${alias} JOIN domains ${home} ON ${home}.id = ${alias}.domain_id
    WHERE ${alias}.address = ${address} AND ${home}.mail_enabled = 1 AND ${home}.suspended = 0
    AND NOT EXISTS (SELECT 1 FROM alias_targets ${target} WHERE ${target}.alias_id = ${alias}.id
      AND NOT ${isDisabled(`${target}.base`, aliases - 1)})))`;
}

const isDisabledAlias = `NOT EXISTS (SELECT 1 FROM alias_targets t WHERE t.alias_id = a.id
  AND NOT ${isDisabled('t.base', longestChain - 1)})`;
const forwardsToDisabled = `d.unknown_policy = 'forward' AND ${isDisabled('d.forward_base', longestChain)}`;

/** What is asked about such a domain would be asked about its mailboxes and aliases too. */
const asksAboutAll = `(${redirects} OR ${repliesWithText} OR ${forwardsToDisabled})`;
const disabled = "'550 5.2.1 Mailbox disabled'";

function rows(key: string, result: string, from: string): string {
  return `SELECT d.id AS domain_id, ${key} AS lookup_key, ${result} AS result ${from}`;
}

/** An owner whose address is the postmaster address in question gets it read by the installation's postmaster. */
const postmaster = `CASE WHEN o.email = d.postmaster_address THEN 'postmaster' ELSE o.email END`;

const hasRelay = 'd.relay_id IS NOT NULL';

/** One that is not its owner's, not confirmed or gone is no server, but the domain has a relay all the same. */
const fromRelays = `FROM domains d LEFT JOIN smtp_servers s ON s.id = d.relay_id
  AND s.owner_id = d.owner_id AND s.confirmation = 'confirmed' AND s.authentication <> 'xoauth2'
  WHERE ${liveDomain} AND ${hasRelay}`;

/** A name that is never found keeps the message in the queue: what was to leave by a relay goes no other way. */
const relayTransport = `CASE
  WHEN s.id IS NULL THEN 'relay-unconfirmed:[unconfirmed.relais.invalid]'
  ELSE 'relay-' || s.security || '-' || s.authentication || ':[' || s.host || ']:' || s.port END`;

export const branches: Readonly<Record<string, readonly string[]>> = {
  postfix_mailbox_domains: [rows('d.name', "'OK'", fromDomains)],

  postfix_mailboxes: [
    rows('m.address', "'OK'", fromMailboxes),
    rows('d.at_name', "'OK'", `${fromDomains} AND ${redirects}`),
  ],

  // A mailbox leads to itself, or `@domain` would take its mail, even while it is suspended. A domain that bounces
  // leads to itself too: smtpd refuses what has the transport `error:` unless an alias matches.
  postfix_aliases: [
    rows('m.address', 'm.address', `${fromAllMailboxes} AND (m.suspended = 0 OR ${notPostmaster})`),
    rows('a.address', 't.target', fromAliasTargets),
    rows('d.at_name', 'd.forward_to', `${fromDomains} AND d.unknown_policy = 'forward'`),
    rows('d.at_name', 'd.at_name', `${fromDomains} AND d.unknown_policy = 'bounce'`),
    rows('d.postmaster_address', postmaster, fromDomainsWithoutPostmaster),
  ],

  // Whom a tagged postmaster address leads to, without the tag.
  postfix_postmasters: [rows('d.name', postmaster, fromDomainsWithoutPostmaster)],

  // `:` is "as if there were no transport table", for mailboxes of a domain that goes elsewhere.
  postfix_transport: [
    rows('m.address', "':'", `${fromMailboxes} AND ${ownTransport}`),
    rows('m.address', "'error:5.2.1 Mailbox disabled'", fromSuspendedMailboxes),
    rows('d.name', "'error:5.1.1 ' || d.reject_text", `${fromDomains} AND ${refusesWithText}`),
    rows(
      'd.name',
      "'error:5.1.1 ' || d.bounce_text",
      `${fromDomains} AND d.unknown_policy = 'bounce'`,
    ),
    rows(
      'd.name',
      "'redir:[' || d.redirect_ip || ']:' || d.redirect_port",
      `${fromDomains} AND ${redirects}`,
    ),
  ],

  // A target that is no mailbox of ours is nobody's login; a tagged one is its mailbox's.
  postfix_sender_logins: [
    rows('m.address', 'm.address', fromMailboxes),
    rows('a.address', 't.base', fromAliasTargets),
  ],

  // DUNNO ends the look-up: what is said of the others is not true of these.
  postfix_recipient_access: [
    rows('m.address', disabled, fromSuspendedMailboxes),
    rows('m.address', "'DUNNO'", `${fromMailboxes} AND ${asksAboutAll}`),
    rows('a.address', disabled, `${fromAliases} AND ${isDisabledAlias}`),
    rows('a.address', "'DUNNO'", `${fromAliases} AND ${asksAboutAll} AND NOT ${isDisabledAlias}`),
    rows('d.postmaster_address', "'DUNNO'", `${fromDomainsWithoutPostmaster} AND ${asksAboutAll}`),
    rows('d.name', "'reject_unverified_recipient'", `${fromDomains} AND ${redirects}`),
    rows('d.name', "'550 5.1.1 ' || d.reject_reply", `${fromDomains} AND ${repliesWithText}`),
    rows('d.name', disabled, `${fromDomains} AND ${forwardsToDisabled}`),
  ],

  postfix_sender_transport: [rows('d.at_name', relayTransport, fromRelays)],

  postfix_sender_access: [
    rows('d.name', "'553 5.7.1 Log in to send as this domain'", `${fromDomains} AND ${hasRelay}`),
  ],
};
