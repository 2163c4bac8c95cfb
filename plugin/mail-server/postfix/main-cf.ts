import { dirname } from 'node:path';
import type { MailServerOptions } from '../options.js';
import { epochTable } from '../epoch.js';
import type { MailView } from '../views.js';
import { commandFilter, commandRows, foldedName } from './commands.js';
import { mapName } from './maps.js';

export const sockets = {
  lmtp: 'private/dovecot-lmtp',
  auth: 'private/dovecot-auth',
  quotaStatus: 'private/dovecot-quota-status',
};

/**
 * Each message also gets this discarded recipient: qmgr(8) reuses the route of the previous recipient for 30 s if the
 * address is the same, and must not reuse one that has changed.
 */
export const freshRoute = 'fresh-route@relais.invalid';

/** The envelope sender of all mails of the panel: its bounces go to the host's postmaster. */
export const panelSender = 'panel-bounces@$myhostname';

/**
 * main.cf: the settings of all services. Every parameter that decides who may send is explicit, even if it is the
 * default.
 */
export function mainCf(options: MailServerOptions): string {
  const map: MapOf = (view) => mapName(options.maps, options.target, view);
  return [
    instance(options),
    ownMail(options, map),
    sending(map),
    ...(options.epochFolder === undefined ? [] : [forgetting(options.epochFolder)]),
    verification,
    tls(options),
  ].join('\n');
}

type MapOf = (view: MailView | typeof commandRows) => string;

function instance({ hostName, folders, logs }: MailServerOptions): string {
  return `# Written by Relais. The panel's settings are not in here: Postfix looks them up.
compatibility_level = 3.6
queue_directory = ${folders.queue}
data_directory = ${folders.postfixData}
${logs === undefined ? '' : `maillog_file = ${logs.postfix}\nmaillog_file_prefixes = ${dirname(logs.postfix)}\n`}myhostname = ${hostName}
myorigin = $myhostname
inet_interfaces = all
inet_protocols = all
biff = no
`;
}

function ownMail({ postmaster }: MailServerOptions, map: MapOf): string {
  return `# --- Our domains and recipients
# There are no system users: all mailboxes are in the maps, and this host's own name only has a postmaster.
mydestination =
relay_domains =
local_recipient_maps =
alias_maps =
alias_database =
local_transport = error:5.1.1 There are no local mailboxes here
virtual_alias_domains = $myhostname
virtual_alias_maps = inline:{postmaster@$myhostname=${postmaster}, ${panelSender}=${postmaster},
    ${freshRoute}=${freshRoute}},
  ${map('postfix_aliases')}, $relais_tagged_postmasters
# A tag is not passed on to the owner's own address, as it is to an alias's targets.
relais_postmasters = ${map('postfix_postmasters')}
relais_tagged_postmasters = pipemap:{regexp:{{/^"?postmaster[+].*@([^@]*)$$/ $$1}}, $relais_postmasters}
virtual_mailbox_domains = ${map('postfix_mailbox_domains')}
virtual_mailbox_maps = ${map('postfix_mailboxes')}
virtual_transport = lmtp:unix:${sockets.lmtp}
transport_maps = inline:{${freshRoute}=discard:}, ${map('postfix_transport')}
# Outgoing mail without an entry in transport_maps: through the relay of the sender's domain, if it has one.
sender_dependent_default_transport_maps = ${map('postfix_sender_transport')}
recipient_delimiter = +
smtputf8_enable = yes
# Before smtpd(8) parses a command: brings our addresses to ASCII, whatever their form.
relais_command_rows = ${map(commandRows)}
smtpd_command_filter = ${commandFilter('$relais_command_rows')}
relais_receiving_filter = ${commandFilter('$relais_command_rows', [foldedName])}
proxy_read_maps = $relais_command_rows $relais_postmasters $virtual_alias_maps $virtual_mailbox_domains
  $virtual_mailbox_maps $transport_maps $sender_dependent_default_transport_maps $smtpd_sender_login_maps
  $smtpd_sender_restrictions $relais_recipient_checks
# A domain's row does not apply to its subdomains.
parent_domain_matches_subdomains =
message_size_limit = 51200000
`;
}

function sending(map: MapOf): string {
  return `# --- Who may send mail
# No client is trusted by its IP address, not even this machine: sending requires a login.
mynetworks =
smtpd_relay_restrictions = reject_unauth_destination
smtpd_recipient_restrictions = $relais_recipient_checks
# Without a login nobody can send as a domain with a relay, which an alias to an outside address would otherwise use.
smtpd_sender_restrictions = check_sender_access ${map('postfix_sender_access')}
smtpd_sender_login_maps = ${map('postfix_sender_logins')}
# First suspended and redirected recipients, since a domain may accept every name. Then whether the recipient exists,
# and its quota; Dovecot 2.3 only knows addresses in ASCII.
relais_recipient_checks = check_recipient_access ${map('postfix_recipient_access')},
  reject_unlisted_recipient,
  check_recipient_access regexp:{{/[^ -~]/ DUNNO}, {/./ relais_quota_check}}
smtpd_restriction_classes = relais_quota_check
relais_quota_check = check_policy_service { unix:${sockets.quotaStatus}, timeout=5s, default_action=DUNNO }
smtpd_data_restrictions = reject_unauth_pipelining
allow_untrusted_routing = no
disable_vrfy_command = yes
# A lone LF is neither a line end nor the end of a message, which prevents SMTP smuggling.
smtpd_forbid_bare_newline = normalize
# sendmail(1) bypasses all of this.
authorized_submit_users = root
smtpd_sasl_type = dovecot
smtpd_sasl_path = ${sockets.auth}
# Only the services relay-* log in, each to the relay of the sender's domain.
smtp_sasl_auth_enable = no
`;
}

/** ETRN is unused here, and its list is read at the start of a process: it costs nothing. */
function forgetting(folder: string): string {
  return `# --- The cache of smtpd(8)
# Each change replaces this empty table, and a process whose table was replaced exits before its next connection.
smtpd_etrn_restrictions = check_etrn_access hash:${epochTable(folder)}
`;
}

const verification = `# --- Recipients of a redirected domain are verified with the other server before they are accepted
unverified_recipient_reject_code = 550
unverified_recipient_defer_code = 450
address_verify_poll_delay = 1s
address_verify_poll_count = 5
# How long an answer is cached; a refusal is verified again almost at once.
address_verify_positive_expire_time = 60s
address_verify_positive_refresh_time = 30s
address_verify_negative_expire_time = 3s
address_verify_negative_refresh_time = 2s
address_verify_cache_cleanup_interval = 1h
`;

function tls({ tls: files }: MailServerOptions): string {
  const receiving =
    files === undefined
      ? 'smtpd_tls_security_level = none\n'
      : `smtpd_tls_security_level = may
smtpd_tls_chain_files = ${files.key}, ${files.certificate}
smtpd_tls_auth_only = yes
`;
  return `# --- TLS\nsmtp_tls_security_level = may\n${receiving}`;
}
