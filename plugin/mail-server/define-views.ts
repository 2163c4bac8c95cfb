import type { Engine } from '../database/engine.js';
import type { MailView } from './views.js';

type Concat = Engine['concat'];
type Views<Name extends MailView> = Readonly<Record<Name, string>>;

/**
 * What each look-up of Postfix and Dovecot answers. Names are in A-labels alone, since commands are brought to these
 * before anything is looked up: Postfix folds `ß` to `ss`, and would find one domain where another is asked for.
 * Every key is a stored, indexed column: MariaDB would compute another for each row of the table.
 *
 * A change here comes with a migration, be it an empty one: an older program that starts beside this one refuses to,
 * and does not make its own views again.
 */
export function defineMailViews({ concat }: Pick<Engine, 'concat'>): Views<MailView> {
  return {
    ...recipientViews,
    postfix_transport: transport(concat),
    postfix_recipient_access: recipientAccess(concat),
    ...senderViews(concat),
    dovecot_users: logins(concat),
  };
}

/**
 * A `+` before a column keeps SQLite from its index, which half of all rows match: rows are copied by the IDs of their
 * domains. MariaDB ignores it.
 */
const liveDomain = '+d.mail_enabled = 1 AND +d.suspended = 0';
const fromDomains = `FROM domains d WHERE ${liveDomain}`;
const fromAliases = `FROM aliases a JOIN domains d ON d.id = a.domain_id WHERE ${liveDomain}`;
const fromAliasTargets = `FROM aliases a JOIN alias_targets t ON t.alias_id = a.id
  JOIN domains d ON d.id = a.domain_id WHERE ${liveDomain}`;
const fromAllMailboxes = `FROM mailboxes m JOIN domains d ON d.id = m.domain_id WHERE ${liveDomain}`;
const fromMailboxes = `${fromAllMailboxes} AND +m.suspended = 0`;

/** A suspended postmaster does not count: RFC 5321 §4.5.1 requires that somebody reads the address. */
const notPostmaster = 'm.address <> d.postmaster_address';
const fromSuspendedMailboxes = `${fromAllMailboxes} AND +m.suspended = 1 AND ${notPostmaster}`;
const fromDomainsWithoutPostmaster = `FROM domains d JOIN accounts o ON o.id = d.owner_id
  WHERE ${liveDomain}
  AND NOT EXISTS (SELECT 1 FROM mailboxes m WHERE m.address = d.postmaster_address AND m.suspended = 0)
  AND NOT EXISTS (SELECT 1 FROM aliases a WHERE a.address = d.postmaster_address)`;

const redirects = `+d.unknown_policy = 'redirect'`;
const bounces = `+d.unknown_policy = 'bounce'`;
const refusesWithText = `+d.unknown_policy = 'reject' AND d.reject_text IS NOT NULL`;
const repliesWithText = `+d.unknown_policy = 'reject' AND d.reject_reply IS NOT NULL`;
const ownTransport = `(+d.unknown_policy IN ('redirect', 'bounce') OR ${refusesWithText})`;

function rows(key: string, result: string, from: string): string {
  return `SELECT d.id AS domain_id, ${key} AS lookup_key, ${result} AS result ${from}`;
}

function union(...selects: readonly string[]): string {
  return selects.join('\nUNION ALL\n');
}

/** If the owner's address is the very postmaster address, the installation's postmaster receives the mail. */
const postmaster = `CASE WHEN o.email = d.postmaster_address THEN 'postmaster' ELSE o.email END`;

const recipientViews: Views<
  'postfix_mailbox_domains' | 'postfix_mailboxes' | 'postfix_aliases' | 'postfix_postmasters'
> = {
  postfix_mailbox_domains: rows('d.name', "'OK'", fromDomains),

  postfix_mailboxes: union(
    rows('m.address', "'OK'", fromMailboxes),
    rows('d.at_name', "'OK'", `${fromDomains} AND ${redirects}`),
  ),

  // A mailbox maps to itself, even while it is suspended, or `@domain` would take its mail. So does a domain that
  // bounces: smtpd refuses recipients with the transport `error:` unless an alias matches.
  postfix_aliases: union(
    rows(
      'm.address',
      'm.address',
      `${fromAllMailboxes} AND (+m.suspended = 0 OR ${notPostmaster})`,
    ),
    rows('a.address', 't.target', fromAliasTargets),
    rows('d.at_name', 'd.forward_to', `${fromDomains} AND +d.unknown_policy = 'forward'`),
    rows('d.at_name', 'd.at_name', `${fromDomains} AND ${bounces}`),
    rows('d.postmaster_address', postmaster, fromDomainsWithoutPostmaster),
  ),

  // The recipient of a tagged postmaster address, without the tag.
  postfix_postmasters: rows('d.name', postmaster, fromDomainsWithoutPostmaster),
};

/** `:` means "no transport entry", for mailboxes of a domain that is redirected. */
function transport(concat: Concat): string {
  const rejected = concat("'error:5.1.1 '", 'd.reject_text');
  const bounced = concat("'error:5.1.1 '", 'd.bounce_text');
  const redirected = concat("'redir:['", 'd.redirect_ip', "']:'", 'd.redirect_port');
  return union(
    rows('m.address', "':'", `${fromMailboxes} AND ${ownTransport}`),
    rows('m.address', "'error:5.2.1 Mailbox disabled'", fromSuspendedMailboxes),
    rows('d.name', rejected, `${fromDomains} AND ${refusesWithText}`),
    rows('d.name', bounced, `${fromDomains} AND ${bounces}`),
    rows('d.name', redirected, `${fromDomains} AND ${redirects}`),
  );
}

/** How many chained aliases are followed. */
const longestChain = 3;

/** Whether an address reaches only suspended mailboxes, over at most `aliases` aliases. */
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
const forwardsToDisabled = `+d.unknown_policy = 'forward' AND ${isDisabled('d.forward_base', longestChain)}`;

/** Such a domain's restrictions would also apply to its mailboxes and aliases. */
const asksAboutAll = `(${redirects} OR ${repliesWithText} OR ${forwardsToDisabled})`;
const disabled = "'550 5.2.1 Mailbox disabled'";

/** DUNNO ends the look-up: the domain's restrictions do not apply to these addresses. */
function recipientAccess(concat: Concat): string {
  const replied = concat("'550 5.1.1 '", 'd.reject_reply');
  return union(
    rows('m.address', disabled, fromSuspendedMailboxes),
    rows('m.address', "'DUNNO'", `${fromMailboxes} AND ${asksAboutAll}`),
    rows('a.address', disabled, `${fromAliases} AND ${isDisabledAlias}`),
    rows('a.address', "'DUNNO'", `${fromAliases} AND ${asksAboutAll} AND NOT ${isDisabledAlias}`),
    rows('d.postmaster_address', "'DUNNO'", `${fromDomainsWithoutPostmaster} AND ${asksAboutAll}`),
    rows('d.name', "'reject_unverified_recipient'", `${fromDomains} AND ${redirects}`),
    rows('d.name', replied, `${fromDomains} AND ${repliesWithText}`),
    rows('d.name', disabled, `${fromDomains} AND ${forwardsToDisabled}`),
  );
}

const hasRelay = '+d.relay_id IS NOT NULL';

/** A server that is another owner's, unconfirmed or removed cannot be used, but the domain still has a relay. */
const fromRelays = `FROM domains d LEFT JOIN smtp_servers s ON s.id = d.relay_id
  AND s.owner_id = d.owner_id AND s.confirmation = 'confirmed' AND s.authentication <> 'xoauth2'
  WHERE ${liveDomain} AND ${hasRelay}`;

/** A host name that never resolves keeps the message in the queue: mail for a relay takes no other route. */
function relayTransport(concat: Concat): string {
  const relay = ["'relay-'", 's.security', "'-'", 's.authentication'];
  return `CASE
  WHEN s.id IS NULL THEN 'relay-unconfirmed:[unconfirmed.relais.invalid]'
  ELSE ${concat(...relay, "':['", 's.host', "']:'", 's.port')} END`;
}

function senderViews(
  concat: Concat,
): Views<
  | 'postfix_sender_logins'
  | 'postfix_canonical'
  | 'postfix_sender_transport'
  | 'postfix_sender_access'
> {
  const mustLogIn = "'553 5.7.1 Log in to send as this domain'";
  const fromUtf8Domains = `${fromDomains} AND d.at_utf8_name IS NOT NULL`;
  return {
    // A target that is not our mailbox is nobody's login; a tagged one belongs to its mailbox.
    postfix_sender_logins: union(
      rows('m.address', 'm.address', fromMailboxes),
      rows('a.address', 't.base', fromAliasTargets),
    ),
    postfix_canonical: rows('d.at_utf8_name', 'd.at_name', fromUtf8Domains),
    postfix_sender_transport: rows('d.at_name', relayTransport(concat), fromRelays),
    postfix_sender_access: rows('d.name', mustLogIn, `${fromDomains} AND ${hasRelay}`),
  };
}

/** People log in with either form of their address. */
function logins(concat: Concat): string {
  const quota = concat("'*:bytes='", 'm.quota_bytes');
  const folder = concat('d.id', "'/'", 'm.id');
  const of = (key: string): string =>
    `SELECT d.id AS domain_id, ${key} AS lookup_key, m.address AS address,
    m.password_hash AS password_hash, ${quota} AS quota_rule,
    m.imap AS imap, m.pop3 AS pop3, ${folder} AS mail_folder
    ${fromMailboxes} AND ${key} IS NOT NULL`;
  return union(of('m.address'), of('m.utf8_address'));
}
