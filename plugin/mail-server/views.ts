/**
 * The mail servers' look-ups: views of the panel's database, and on SQLite tables of the same names and columns in a
 * separate file. `domain_id` is the row's domain; `lookup_key` is exactly what Postfix or Dovecot asks for; several
 * rows with one key are several results.
 */
export const mailViews = {
  /** The domains that receive mail here. */
  postfix_mailbox_domains: ['domain_id', 'lookup_key', 'result'],
  /** Existing recipients, and `@domain` where every recipient is accepted. */
  postfix_mailboxes: ['domain_id', 'lookup_key', 'result'],
  /** Final recipients: of aliases, of mailboxes (themselves), and `@domain` for the rest of a domain. */
  postfix_aliases: ['domain_id', 'lookup_key', 'result'],
  /** The recipient of a domain's postmaster mail if no mailbox or alias has that address, by domain. */
  postfix_postmasters: ['domain_id', 'lookup_key', 'result'],
  /** Exceptions to delivery by LMTP. */
  postfix_transport: ['domain_id', 'lookup_key', 'result'],
  /** Who may use an address as sender. */
  postfix_sender_logins: ['domain_id', 'lookup_key', 'result'],
  /** Further checks of a recipient before it is accepted. */
  postfix_recipient_access: ['domain_id', 'lookup_key', 'result'],
  /** `@domain` with U-labels to `@domain` with A-labels. */
  postfix_canonical: ['domain_id', 'lookup_key', 'result'],
  /** The delivery service for mail from `@domain`, if it is not sent to the recipient's MX. */
  postfix_sender_transport: ['domain_id', 'lookup_key', 'result'],
  /** The domains whose senders need a login. */
  postfix_sender_access: ['domain_id', 'lookup_key', 'result'],
  /** Logins with their passwords and mail folders. `mail_folder` is relative to the mail storage. */
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
