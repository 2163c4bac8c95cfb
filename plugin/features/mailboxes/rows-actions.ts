import type { Fields } from '../../changes/changed-fields.js';
import type { ChangeOf } from '../../changes/decision.js';

import type { Database } from '../../database/database.js';
import type { AnyRowsAction, RowsAction } from '../../previews/action.js';
import type { StoredAlias } from './alias.js';
import { forPeople } from './mailbox.js';
import type { FoundMailbox, MailboxSubject } from './mailbox-change.js';
import { mailboxFrom } from './mailbox-store.js';
import type { SuspensionSubject, WantedSuspension } from './mailbox-suspension.js';
import { effectsOnAliases } from './rows-effects.js';
import { type RowsMailboxWanted, settingsForm } from './rows-forms.js';
import type { RowsMailboxes, RowsSuspension } from './rows-mailboxes.js';
import type { RemovedAddress } from './address-removal.js';
import type { Mailbox } from './mailbox.js';
import type { RowsRemoval } from './rows-removal.js';

interface Parts {
  readonly db: Database;
  readonly rowsMailboxes: RowsMailboxes;
  readonly rowsSuspension: RowsSuspension;
  readonly rowsRemoval: RowsRemoval<Mailbox>;
}

const common = { permission: 'mailboxes.manage', thing: 'mailbox' } as const;

/** What actions on mailboxes say of a row, and those that undo them. */
export const onMailbox = {
  ...common,
  idOf: ({ row }: FoundMailbox) => row.id,
  nameOf: ({ row }: FoundMailbox) => mailboxFrom(row).displayAddress,
  auditedAs: ({ row }: FoundMailbox) => row.address,
  // A suspension leaves the version of the settings.
  versionOf: ({ row }: FoundMailbox) => row.version * 2 + row.suspended,
} satisfies Partial<RowsAction<FoundMailbox, never, never, undefined>>;

/** What the list of a domain's mailboxes offers to do with selected ones. */
export function actionsOnMailboxes(parts: Parts): readonly AnyRowsAction[] {
  return [
    settingsAction(parts),
    suspensionAction(parts, true),
    suspensionAction(parts, false),
    removalAction(parts),
  ];
}

function settingsAction({
  rowsMailboxes: verb,
}: Parts): RowsAction<MailboxSubject, RowsMailboxWanted, ChangeOf<RowsMailboxes>, void> {
  return {
    ...onMailbox,
    key: 'settings',
    noun: 'settings',
    icon: 'adjustments',
    form: settingsForm,
    verb,
    changeOf: ({ changed }) => changed,
  };
}

function suspensionAction(
  { db, rowsSuspension: verb }: Parts,
  suspended: boolean,
): RowsAction<SuspensionSubject, WantedSuspension, ChangeOf<RowsSuspension>, void> {
  return {
    ...onMailbox,
    key: suspended ? 'suspend' : 'resume',
    noun: suspended ? 'suspension' : 'reactivation',
    icon: suspended ? 'player-pause' : 'player-play',
    verb,
    // The preview names the aliases whose senders get an error.
    form: { fields: [], parse: () => ({ suspended, confirmed: true }) },
    changeOf: ({ suspension }) => ({
      before: { suspended: !suspended },
      after: { suspended, ...named({ cutAliases: suspension?.aliases ?? [] }) },
    }),
    effects: (_viewer, preview, language) => effectsOnAliases(db, preview, language),
  };
}

function removalAction({
  db,
  rowsRemoval: verb,
}: Parts): RowsAction<RemovedAddress<Mailbox>, undefined, RemovedAddress<Mailbox>, undefined> {
  return {
    ...common,
    key: 'remove',
    noun: 'removal',
    icon: 'trash',
    isDestructive: true,
    verb,
    idOf: ({ thing }) => thing.id,
    nameOf: ({ thing }) => thing.displayAddress,
    auditedAs: ({ thing }) => thing.address,
    versionOf: ({ thing }) => thing.version * 2 + Number(thing.suspended),
    changeOf: ({ removal }) => ({
      before: {},
      after: named({ onlyAliases: removal.removed, alsoAliases: removal.shortened }),
    }),
    effects: (_viewer, preview, language) => effectsOnAliases(db, preview, language),
  };
}

/** Aliases by the name of what becomes of them, where there are some. */
function named(aliases: Readonly<Record<string, readonly StoredAlias[]>>): Fields {
  return Object.fromEntries(
    Object.entries(aliases)
      .filter(([, all]) => all.length > 0)
      .map(([name, all]) => [name, all.map(({ address }) => forPeople(address)).join(', ')]),
  );
}
