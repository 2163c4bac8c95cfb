import { type ChangedFields, isChange } from '../../changes/changed-fields.js';
import type { Changing } from '../../changes/changes.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import { ownersOf } from './domain-members.js';
import type { MailboxRow } from './mailbox-store.js';

/** Says in the audit log what is different in a mailbox, if anything is. */
export async function recordChange(
  { record }: Changing,
  change: {
    readonly domain: DomainRow;
    readonly row: MailboxRow;
    readonly changed: ChangedFields;
    readonly version: number;
  },
): Promise<void> {
  const { domain, row, changed, version } = change;
  if (isChange(changed)) {
    await record({
      action: 'mailbox.changed',
      subject: row.address,
      ...ownersOf(domain),
      before: changed.before,
      after: { ...changed.after, version },
    });
  }
}
