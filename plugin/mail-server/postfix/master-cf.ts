import type { MailServerOptions } from '../options.js';
import { panelSocketName } from '../panel-socket.js';
import { freshRoute, panelSender } from './main-cf.js';
import { otherServersAnswers } from './other-server.js';
import { relayServices } from './relay-services.js';

/** master.cf: the services. None runs in a chroot, since their libraries, sockets and maps are outside. */
export function masterCf({
  addresses,
  epochFolder,
  ports,
  tls,
  relays,
}: MailServerOptions): string {
  const life = epochFolder === undefined ? forOneConnection : untilTheNextEpoch;
  const submission = ['syslog_name=postfix/submission', ...life, ...submissionSettings(tls)];
  const listen = (port: number, settings: readonly string[]): string[] =>
    endpoints(addresses, port).map((each) => service(each, 'inet  n', '-  -  smtpd', settings));
  const rows = [
    ...listen(ports.smtp, ['syslog_name=postfix/smtp', ...life, receivingFilter]),
    ...listen(ports.submission, submission),
    ...(ports.submissions === undefined || tls === undefined
      ? []
      : listen(ports.submissions, ['smtpd_tls_wrappermode=yes', ...submission])),
    service(panelSocketName, 'unix  n', '-  -  smtpd', [...life, ...panelSettings]),
    ...internalServices.map((each) => service(...each)),
    ...relayServices(relays).map(({ name, settings }) =>
      service(name, 'unix  -', '-  -  smtp', settings),
    ),
  ];
  return `# Written by Relais.
# service  type  private  unpriv  chroot  wakeup  maxproc  command
${rows.join('\n')}
`;
}

function endpoints(addresses: readonly string[], port: number): string[] {
  return addresses.length === 0
    ? [String(port)]
    : addresses.map((each) => (each.includes(':') ? `[${each}]:${port}` : `${each}:${port}`));
}

/** smtpd(8) caches which addresses are ours for as long as it runs. */
const forOneConnection = ['max_use=1'];

/** Without a renewed epoch, this many connections may see old answers. */
const untilTheNextEpoch = ['max_use=100', 'max_idle=5s'];

const receivingFilter = 'smtpd_command_filter=$relais_receiving_filter';

function submissionSettings(tls: MailServerOptions['tls']): string[] {
  return [
    'smtpd_sasl_auth_enable=yes',
    ...(tls !== undefined ? ['smtpd_tls_security_level=encrypt'] : []),
    'smtpd_sender_restrictions=reject_authenticated_sender_login_mismatch',
    'smtpd_relay_restrictions=permit_sasl_authenticated,reject',
    anyRecipient,
  ];
}

const anyRecipient =
  'smtpd_recipient_restrictions=reject_non_fqdn_recipient,reject_unknown_recipient_domain,$relais_recipient_checks';

/**
 * For the panel's own mails. Whoever can open the socket may send to anybody: root and the members of the group of
 * Postfix's folder `public`. A client of a Unix socket counts as localhost.
 */
const panelSettings = [
  'syslog_name=postfix/panel',
  'smtpd_tls_security_level=none',
  'smtpd_sender_restrictions=',
  'smtpd_relay_restrictions=check_client_access,static:OK,reject',
  anyRecipient,
  'cleanup_service_name=cleanup-panel',
];

type Service = readonly [name: string, type: string, run: string, settings?: readonly string[]];

function service(...[name, type, run, settings = []]: Service): string {
  const options = settings.map((setting) => `\n  -o ${setting}`);
  return `${name}  ${type}  -  n  ${run}${options.join('')}`;
}

/** Lets messages with non-ASCII headers pass to Dovecot 2.3, which has no SMTPUTF8 and accepts them all the same. */
const cleaning = ['smtputf8_enable=no', `always_bcc=${freshRoute}`];

const toNotices = ['cleanup_service_name=cleanup-notices', 'internal_mail_filter_classes=bounce'];

const internalServices: readonly Service[] = [
  ['pickup', 'unix  n', '60  1  pickup'],
  ['cleanup', 'unix  n', '-  0  cleanup', cleaning],
  [
    'cleanup-panel',
    'unix  n',
    '-  0  cleanup',
    [
      ...cleaning,
      `sender_canonical_maps=static:${panelSender}`,
      'sender_canonical_classes=envelope_sender',
    ],
  ],
  // Keeps the IP address of a redirected domain's server out of delivery status notifications.
  [
    'cleanup-notices',
    'unix  n',
    '-  0  cleanup',
    [...cleaning, '{ body_checks = regexp:{{/^Remote-MTA: dns; [0-9a-f.:]+$$/ IGNORE}} }'],
  ],
  ['qmgr', 'unix  n', '300  1  qmgr'],
  ['tlsmgr', 'unix  -', '1000?  1  tlsmgr'],
  ['rewrite', 'unix  -', '-  -  trivial-rewrite'],
  ['bounce', 'unix  -', '-  0  bounce', toNotices],
  ['defer', 'unix  -', '-  0  bounce', toNotices],
  ['trace', 'unix  -', '-  0  bounce', toNotices],
  ['verify', 'unix  -', '-  1  verify'],
  ['flush', 'unix  n', '1000?  0  flush'],
  ['proxymap', 'unix  -', '-  -  proxymap'],
  ['proxywrite', 'unix  -', '-  1  proxymap'],
  ['smtp', 'unix  -', '-  -  smtp'],
  ['relay', 'unix  -', '-  -  smtp'],
  // For the other server of a redirected domain, which is not the sender's relay and must never receive its password.
  [
    'redir',
    'unix  -',
    '-  -  smtp',
    [
      'smtp_sasl_auth_enable=no',
      'smtp_sender_dependent_authentication=no',
      `{ smtp_delivery_status_filter = ${otherServersAnswers} }`,
    ],
  ],
  ['showq', 'unix  n', '-  -  showq'],
  ['error', 'unix  -', '-  -  error'],
  ['retry', 'unix  -', '-  -  error'],
  ['discard', 'unix  -', '-  -  discard'],
  ['lmtp', 'unix  -', '-  -  lmtp'],
  ['anvil', 'unix  -', '-  1  anvil'],
  ['scache', 'unix  -', '-  1  scache'],
  ['postlog', 'unix-dgram  n', '-  1  postlogd'],
];
