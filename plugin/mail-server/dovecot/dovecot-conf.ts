import type { MailServerOptions } from '../options.js';
import { sockets } from '../postfix/main-cf.js';

/** dovecot.conf for Dovecot 2.3. */
export function dovecotConf(options: MailServerOptions): string {
  return [instance(options), logins(options), mail(options), services(options)].join('\n');
}

function instance(options: MailServerOptions): string {
  const { addresses, folders, hostName, postmaster } = options;
  return `# Written by Relais. The panel's settings are not in here: Dovecot looks them up.
base_dir = ${folders.dovecotRun}
state_dir = ${folders.dovecotState}
instance_name = relais
hostname = ${hostName}
postmaster_address = ${postmaster}
protocols = imap pop3 lmtp
listen = ${addresses.length === 0 ? '*, ::' : addresses.join(', ')}
${logs(options)}${tls(options)}`;
}

function logs({ logs: files }: MailServerOptions): string {
  return files === undefined ? '' : `log_path = ${files.dovecot}\n`;
}

function tls({ tls: files }: MailServerOptions): string {
  return files === undefined
    ? `ssl = no
disable_plaintext_auth = no
`
    : `ssl = yes
ssl_cert = <${files.certificate}
ssl_key = <${files.key}
disable_plaintext_auth = yes
`;
}

function logins({ target }: MailServerOptions): string {
  return `# --- Logins
auth_mechanisms = plain login
auth_username_format = %Lu
# All characters, since logins may be in U-labels. The SQL driver quotes them.
auth_username_chars =
# With a cache, an old password would still work after its change, and a user after a suspension.
auth_cache_size = 0
passdb {
  driver = sql
  args = ${target}/dovecot/users.conf.ext
}
userdb {
  driver = sql
  args = ${target}/dovecot/users.conf.ext
}
`;
}

function mail({ storage }: MailServerOptions): string {
  return `# --- Mail
# By ID: an address given to somebody else does not come with its mail, and a renamed mailbox keeps it.
mail_home = ${storage.folder}/%{userdb:mail_folder}
mail_location = maildir:~/Maildir
mail_uid = ${storage.uid}
mail_gid = ${storage.gid}
first_valid_uid = ${storage.uid}
last_valid_uid = ${storage.uid}
recipient_delimiter = +
lmtp_save_to_detail_mailbox = no
mail_plugins = quota
namespace inbox {
  inbox = yes
  separator = /
}
plugin {
  quota = count:User quota
  quota_vsizes = yes
  quota_status_success = DUNNO
  quota_status_nouser = DUNNO
  quota_status_overquota = 552 5.2.2 Mailbox is full
}
protocol imap {
  mail_plugins = quota imap_quota
}
`;
}

function services({ ports, folders, tls: files }: MailServerOptions): string {
  const port = (value: number | undefined): number => (files === undefined ? 0 : (value ?? 0));
  const listener = (
    socket: keyof typeof sockets,
  ): string => `unix_listener ${folders.queue}/${sockets[socket]} {
    user = postfix
    group = postfix
    mode = 0600
  }`;
  const login = (protocol: 'imap' | 'pop3'): string => `service ${protocol}-login {
  inet_listener ${protocol} {
    port = ${ports[protocol]}
  }
  inet_listener ${protocol}s {
    port = ${port(ports[`${protocol}s`])}
    ssl = yes
  }
}`;
  return `# --- Services
${login('imap')}
${login('pop3')}
service lmtp {
  ${listener('lmtp')}
}
service quota-status {
  executable = quota-status -p postfix
  client_limit = 1
  ${listener('quotaStatus')}
}
service auth {
  ${listener('auth')}
}
# Reads the maps, on SQLite in a folder of the group postfix, and needs no root privileges.
service auth-worker {
  user = $default_internal_user
  extra_groups = postfix
}
`;
}
