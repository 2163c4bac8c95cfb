import type { Fields } from '../../changes/changed-fields.js';
import type { Alias } from './alias.js';
import type { MailboxSettings } from './mailbox-store.js';

/** A mailbox as the audit log keeps it. Never its password, not even hashed. */
export function mailboxFields({
  displayName,
  quotaBytes,
  imap,
  pop3,
  limitPerHour,
}: MailboxSettings): Fields {
  return { displayName, quotaBytes, imap, pop3, limitPerHour: limitPerHour ?? null };
}

/** An alias as the audit log keeps it. */
export function aliasFields({ address, targets }: Alias): Fields {
  return { address, targets: targets.toSorted().join(', ') };
}
