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
  return `# Written by Relais. What is set in the panel is not here: Postfix looks it up.
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
  return `# --- Which mail is ours
# There are no system users: all mailboxes are in the maps, and this host's own name has a postmaster only.
mydestination =
relay_domains =
local_recipient_maps =
alias_maps =
alias_database =
local_transport = error:5.1.1 There are no local mailboxes here
virtual_alias_domains = $myhostname
virtual_alias_maps = inline:{postmaster@$myhostname=${postmaster}, ${freshRoute}=${freshRoute}},
  ${map('postfix_aliases')}, $relais_tagged_postmasters
# A tag is no part of the owner's own address, as it is of an alias's targets.
relais_postmasters = ${map('postfix_postmasters')}
relais_tagged_postmasters = pipemap:{regexp:{{/^"?postmaster[+].*@([^@]*)$$/ $$1}}, $relais_postmasters}
virtual_mailbox_domains = ${map('postfix_mailbox_domains')}
virtual_mailbox_maps = ${map('postfix_mailboxes')}
virtual_transport = lmtp:unix:${sockets.lmtp}
transport_maps = inline:{${freshRoute}=discard:}, ${map('postfix_transport')}
# What leaves this host, unless transport_maps say where to: through the relay of the sender's domain, if it has one.
sender_dependent_default_transport_maps = ${map('postfix_sender_transport')}
recipient_delimiter = +
smtputf8_enable = yes
# Before smtpd(8) looks at a command: addresses of ours are in ASCII from here on, whichever form they came in.
relais_command_rows = ${map(commandRows)}
smtpd_command_filter = ${commandFilter('$relais_command_rows')}
relais_receiving_filter = ${commandFilter('$relais_command_rows', [foldedName])}
proxy_read_maps = $relais_command_rows $relais_postmasters $virtual_alias_maps $virtual_mailbox_domains
  $virtual_mailbox_maps $transport_maps $sender_dependent_default_transport_maps $smtpd_sender_login_maps
  $smtpd_sender_restrictions $relais_recipient_checks
# A row for a domain says nothing about the domains below it.
parent_domain_matches_subdomains =
message_size_limit = 51200000
`;
}

function sending(map: MapOf): string {
  return `# --- Who may send what to whom
# Nobody is trusted for their address, not even this machine: sending takes a login.
mynetworks =
smtpd_relay_restrictions = reject_unauth_destination
smtpd_recipient_restrictions = $relais_recipient_checks
# Who is not logged in cannot send as a domain that has a relay: an alias that leads outside would take it there.
smtpd_sender_restrictions = check_sender_access ${map('postfix_sender_access')}
smtpd_sender_login_maps = ${map('postfix_sender_logins')}
# What is suspended or redirected first: the domain may take every name. Then whether there is such a recipient,
# and room for the message; Dovecot 2.3 knows addresses in ASCII only.
relais_recipient_checks = check_recipient_access ${map('postfix_recipient_access')},
  reject_unlisted_recipient,
  check_recipient_access regexp:{{/[^ -~]/ DUNNO}, {/./ relais_quota_check}}
smtpd_restriction_classes = relais_quota_check
relais_quota_check = check_policy_service { unix:${sockets.quotaStatus}, timeout=5s, default_action=DUNNO }
smtpd_data_restrictions = reject_unauth_pipelining
allow_untrusted_routing = no
disable_vrfy_command = yes
# A lone LF is no line end and does not end a message: SMTP smuggling.
smtpd_forbid_bare_newline = normalize
# sendmail(1) passes by all of this.
authorized_submit_users = root
smtpd_sasl_type = dovecot
smtpd_sasl_path = ${sockets.auth}
# A login is for the relay of the sender's domain: the services relay-* have it, and no other.
smtp_sasl_auth_enable = no
`;
}

/** ETRN is unused here, and its list is read at the start of a process: it costs nothing. */
function forgetting(folder: string): string {
  return `# --- What smtpd(8) remembers
# Each change replaces this empty table. Before it accepts a connection, a process whose table was replaced ends.
smtpd_etrn_restrictions = check_etrn_access hash:${epochTable(folder)}
`;
}

const verification = `# --- Recipients of a domain that is redirected are asked for at the other server before they are accepted
unverified_recipient_reject_code = 550
unverified_recipient_defer_code = 450
address_verify_poll_delay = 1s
address_verify_poll_count = 5
# How long an answer is believed; a refusal is asked for again at once, or nearly.
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
