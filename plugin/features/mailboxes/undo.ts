import type { Knex } from 'knex';
import type { EntryFields } from '../../changes/entry.js';
import type { Json } from '../../jobs/kind.js';
import {
  type EntryToUndo,
  type RowToUndo,
  type UndoAction,
  undoTexts,
} from '../../previews/undo.js';
import { type Scope, ownedBy } from '../../viewing/scope.js';
import { mailboxFields } from './audit-fields.js';
import { bytesPerMegabyte } from './mailbox.js';
import { onMailbox } from './rows-actions.js';
import { type MailboxRow, mailboxFrom } from './mailbox-store.js';
import type { RowsMailboxes, RowsSuspension } from './rows-mailboxes.js';

interface Parts {
  readonly rowsMailboxes: RowsMailboxes;
  readonly rowsSuspension: RowsSuspension;
}

/** Undoes changes of mailboxes, their suspension and their reactivation. */
export function undoesOfMailboxes({ rowsMailboxes, rowsSuspension }: Parts): readonly UndoAction[] {
  const settings: UndoAction['action'] = {
    ...undoTexts,
    ...onMailbox,
    key: 'mailbox',
    verb: rowsMailboxes,
    changeOf: ({ changed }) => changed,
  };
  const suspended = (isSuspended: boolean): UndoAction => ({
    undoes: [isSuspended ? 'mailbox.suspended' : 'mailbox.resumed'],
    action: {
      ...undoTexts,
      ...onMailbox,
      key: isSuspended ? 'mailbox-suspension' : 'mailbox-reactivation',
      verb: rowsSuspension,
    },
    rowsOf: async (db, scope, entries) => {
      const since = await suspendedSince(db, entries);
      return (await rowsOf(db, scope, entries)).map(({ entry, id }) => ({
        entry,
        id,
        current: {},
        isTouched: since.has(entry.id),
        wanted: { suspended: !isSuspended, confirmed: true },
      }));
    },
  });
  return [
    { undoes: ['mailbox.changed'], action: settings, rowsOf },
    suspended(true),
    suspended(false),
  ];
}

function settingsWanted({ displayName, quotaBytes, imap, pop3, limitPerHour }: EntryFields): Json {
  return {
    ...(displayName !== undefined && { displayName: String(displayName ?? '') }),
    ...(quotaBytes !== undefined && { quotaMegabytes: Number(quotaBytes) / bytesPerMegabyte }),
    ...(imap !== undefined && { imap: imap === true }),
    ...(pop3 !== undefined && { pop3: pop3 === true }),
    ...(limitPerHour !== undefined &&
      (limitPerHour === null
        ? { limit: 'plan' }
        : { limit: 'own', limitPerHour: Number(limitPerHour) })),
  };
}

async function rowsOf(
  db: Knex,
  scope: Scope,
  entries: readonly EntryToUndo[],
): Promise<readonly RowToUndo[]> {
  const rows = await mailboxesNamed(db, scope, entries);
  return entries.flatMap((entry) => {
    const row = rows.get(entry.subject);
    // One of the same address may have been made since.
    if (row === undefined || row.created_at > entry.at) {
      return [];
    }
    const current = { ...mailboxFields(mailboxFrom(row)) };
    const { id, version } = row;
    return [{ entry, id, version, current, wanted: settingsWanted(entry.before) }];
  });
}

/** Entries after which the mailbox was suspended or reactivated again. */
async function suspendedSince(
  db: Knex,
  entries: readonly EntryToUndo[],
): Promise<ReadonlySet<number>> {
  const last: readonly { subject: string; id: number }[] = await db('audit_entries')
    .whereIn('subject', [...new Set(entries.map(({ subject }) => subject))])
    .whereIn('action', ['mailbox.suspended', 'mailbox.resumed'])
    .groupBy('subject')
    .select('subject')
    .max({ id: 'id' });
  const ids = new Map(last.map(({ subject, id }) => [subject, id]));
  return new Set(
    entries.filter(({ id, subject }) => (ids.get(subject) ?? id) > id).map(({ id }) => id),
  );
}

export async function mailboxesNamed(
  db: Knex,
  scope: Scope,
  entries: readonly EntryToUndo[],
): Promise<ReadonlyMap<string, MailboxRow>> {
  const rows: readonly MailboxRow[] = await db('mailboxes')
    .join('domains', 'domains.id', 'mailboxes.domain_id')
    .whereIn('mailboxes.address', [...new Set(entries.map(({ subject }) => subject))])
    .where(ownedBy(scope, 'domains'))
    .select('mailboxes.*');
  return new Map(rows.map((row) => [row.address, row]));
}
