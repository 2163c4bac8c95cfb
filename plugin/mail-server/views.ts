/**
 * What the mail servers may look up: views of the panel's database, and on SQLite tables of the same names and
 * columns in a file of their own. `domain_id` says which domain a row comes from; `lookup_key` is exactly what
 * Postfix or Dovecot asks for; several rows with one key are several results.
 */
export const mailViews = {
  /** The domains that we take mail for. */
  postfix_mailbox_domains: ['domain_id', 'lookup_key', 'result'],
  /** The recipients that exist, and `@domain` where every recipient is taken. */
  postfix_mailboxes: ['domain_id', 'lookup_key', 'result'],
  /** Where mail really goes: aliases, mailboxes to themselves, `@domain` for the rest of a domain. */
  postfix_aliases: ['domain_id', 'lookup_key', 'result'],
  /** Who reads mail to a domain's postmaster where nobody has that address, by the domain's name. */
  postfix_postmasters: ['domain_id', 'lookup_key', 'result'],
  /** What does not go the usual way, by LMTP. */
  postfix_transport: ['domain_id', 'lookup_key', 'result'],
  /** Who may use an address as sender. */
  postfix_sender_logins: ['domain_id', 'lookup_key', 'result'],
  /** What else is asked about a recipient before it is accepted. */
  postfix_recipient_access: ['domain_id', 'lookup_key', 'result'],
  /** `@domain` with U-labels to `@domain` with A-labels. */
  postfix_canonical: ['domain_id', 'lookup_key', 'result'],
  /** What takes mail from `@domain` out, where that is not the recipient's MX. */
  postfix_sender_transport: ['domain_id', 'lookup_key', 'result'],
  /** The domains that nobody may send as without a login. */
  postfix_sender_access: ['domain_id', 'lookup_key', 'result'],
  /** Who may log in, with what, and where the mail is. `mail_folder` is relative to the mail storage. */
  dovecot_users: [
    'domain_id',
    'lookup_key',
    'address',
    'password_hash',
    'quota_rule',
    'imap',
    'pop3',
    'mail_folder',
  ],
} as const;

export type MailView = keyof typeof mailViews;

export const mailViewNames = Object.keys(mailViews).filter(
  (name): name is MailView => name in mailViews,
);
