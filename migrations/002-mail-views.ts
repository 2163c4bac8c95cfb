import type { Knex } from 'knex';
import { createView, isServer } from './schema.js';

/**
 * One text for both engines, without CONCAT: Postfix and Dovecot bring SQLite 3.40, which has none. Every key is
 * a stored, indexed column: MariaDB would compute a concatenated one for each row of the table.
 */
export async function up(db: Knex): Promise<void> {
  await addPostmasterUtf8Address(db);
  for (const [view, selects] of Object.entries(branches)) {
    await createView(db, view, selects);
  }
}

export async function down(db: Knex): Promise<void> {
  for (const view of Object.keys(branches)) {
    await db.raw('DROP VIEW IF EXISTS ??', [view]);
  }
  await db.raw('DROP INDEX domains_postmaster_utf8_address ' + (isServer(db) ? 'ON domains' : ''));
  await db.raw('ALTER TABLE domains DROP COLUMN postmaster_utf8_address');
}

/** Beside `postmaster_address`, for those who write the domain in U-labels. */
async function addPostmasterUtf8Address(db: Knex): Promise<void> {
  const value = isServer(db)
    ? "CONCAT('postmaster', at_utf8_name)"
    : "'postmaster' || at_utf8_name";
  await db.raw(
    `ALTER TABLE domains ADD COLUMN postmaster_utf8_address VARCHAR(264) AS (${value}) VIRTUAL`,
  );
  await db.raw('CREATE INDEX domains_postmaster_utf8_address ON domains (postmaster_utf8_address)');
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
const ownTransport = `(d.unknown_policy IN ('redirect', 'bounce') OR ${refusesWithText})`;

/** The same rows under the key in A-labels and, if there is one, in U-labels (RFC 6531). */
function inBothForms(ascii: string, utf8: string, result: string, from: string): string[] {
  return [
    `SELECT d.id AS domain_id, ${ascii} AS lookup_key, ${result} AS result ${from}`,
    `SELECT d.id AS domain_id, ${utf8} AS lookup_key, ${result} AS result ${from} AND ${utf8} IS NOT NULL`,
  ];
}

function ofDomain(result: string, from: string): string[] {
  return inBothForms('d.name', 'd.utf8_name', result, from);
}

function ofWholeDomain(result: string, from: string): string[] {
  return inBothForms('d.at_name', 'd.at_utf8_name', result, from);
}

function ofPostmaster(result: string, from: string): string[] {
  return inBothForms('d.postmaster_address', 'd.postmaster_utf8_address', result, from);
}

function ofMailbox(result: string, from: string): string[] {
  return inBothForms('m.address', 'm.utf8_address', result, from);
}

function ofAlias(result: string, from: string): string[] {
  return inBothForms('a.address', 'a.utf8_address', result, from);
}

function ofLogin(key: string, condition: string): string {
  return `SELECT d.id AS domain_id, ${key} AS lookup_key, m.address AS address,
    m.password_hash AS password_hash, '*:bytes=' || m.quota_bytes AS quota_rule,
    m.imap AS imap, m.pop3 AS pop3, d.id || '/' || m.id AS mail_folder
    ${fromMailboxes} AND ${condition}`;
}

export const branches: Readonly<Record<string, readonly string[]>> = {
  postfix_mailbox_domains: ofDomain("'OK'", fromDomains),

  postfix_mailboxes: [
    ...ofMailbox("'OK'", fromMailboxes),
    ...ofWholeDomain("'OK'", `${fromDomains} AND ${redirects}`),
  ],

  // A mailbox leads to itself, or `@domain` would take its mail, even while it is suspended. A domain that bounces
  // leads to itself too: smtpd refuses what has the transport `error:` unless an alias matches.
  // An owner whose address is the postmaster address in question gets it read by the installation's postmaster.
  postfix_aliases: [
    ...ofMailbox('m.address', `${fromAllMailboxes} AND (m.suspended = 0 OR ${notPostmaster})`),
    ...ofAlias('t.target', fromAliasTargets),
    ...ofWholeDomain('d.forward_to', `${fromDomains} AND d.unknown_policy = 'forward'`),
    ...ofWholeDomain('d.at_name', `${fromDomains} AND d.unknown_policy = 'bounce'`),
    ...ofPostmaster(
      "CASE WHEN o.email = d.postmaster_address THEN 'postmaster' ELSE o.email END",
      fromDomainsWithoutPostmaster,
    ),
  ],

  // `:` is "as if there were no transport table", for mailboxes of a domain that goes elsewhere.
  postfix_transport: [
    ...ofMailbox("':'", `${fromMailboxes} AND ${ownTransport}`),
    ...ofMailbox("'error:5.2.1 Mailbox disabled'", fromSuspendedMailboxes),
    ...ofDomain("'error:5.1.1 ' || d.reject_text", `${fromDomains} AND ${refusesWithText}`),
    ...ofDomain(
      "'error:5.1.1 ' || d.bounce_text",
      `${fromDomains} AND d.unknown_policy = 'bounce'`,
    ),
    ...ofDomain(
      "'redir:[' || d.redirect_ip || ']:' || d.redirect_port",
      `${fromDomains} AND ${redirects}`,
    ),
  ],

  // A target that is no mailbox of ours is nobody's login.
  postfix_sender_logins: [
    ...ofMailbox('m.address', fromMailboxes),
    ...ofAlias('t.target', fromAliasTargets),
  ],

  // DUNNO ends the look-up: what is known here need not be asked for elsewhere.
  postfix_recipient_access: [
    ...ofMailbox("'550 5.2.1 Mailbox disabled'", fromSuspendedMailboxes),
    ...ofMailbox("'DUNNO'", `${fromMailboxes} AND ${redirects}`),
    ...ofAlias("'DUNNO'", `${fromAliases} AND ${redirects}`),
    ...ofPostmaster("'DUNNO'", `${fromDomainsWithoutPostmaster} AND ${redirects}`),
    ...ofDomain("'reject_unverified_recipient'", `${fromDomains} AND ${redirects}`),
  ],

  postfix_canonical: [
    `SELECT d.id AS domain_id, d.at_utf8_name AS lookup_key, d.at_name AS result
     ${fromDomains} AND d.at_utf8_name IS NOT NULL`,
  ],

  dovecot_users: [
    ofLogin('m.address', 'm.address IS NOT NULL'),
    ofLogin('m.utf8_address', 'm.utf8_address IS NOT NULL'),
  ],
};
