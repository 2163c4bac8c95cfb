import type { EntryFields } from '../../changes/entry.js';
import type { RowsAction } from '../../previews/action.js';
import {
  type EntryToUndo,
  type RowToUndo,
  type UndoAction,
  isChangedSince,
  undoTexts,
} from '../../previews/undo.js';
import type { RemovedAddress } from './address-removal.js';
import type { StoredAlias } from './alias.js';
import { aliasFields, mailboxFields } from './audit-fields.js';
import { type Mailbox, forPeople } from './mailbox.js';
import { mailboxFrom } from './mailbox-store.js';
import type { RowsRemoval } from './rows-removal.js';
import { mailboxesNamed } from './undo.js';
import { aliasesNamed } from './undo-aliases.js';

interface Parts {
  readonly rowsRemoval: RowsRemoval<Mailbox>;
  readonly aliasRemoval: RowsRemoval<StoredAlias>;
}

type AnyAddress = RemovedAddress<Mailbox | StoredAlias>;

const shared = {
  ...undoTexts,
  idOf: ({ thing }: AnyAddress) => thing.id,
  nameOf: ({ thing }: AnyAddress) => forPeople(thing.address),
  auditedAs: ({ thing }: AnyAddress) => thing.address,
  versionOf: ({ thing }: AnyAddress) => thing.version,
  effects: async (_viewer, _preview, { t }) => [t('removed.effect')],
} satisfies Partial<RowsAction<AnyAddress, never, never, never>>;

/** Undoes that addresses were added, or came back: they go where removed ones are. */
export function undoesOfCreations({ rowsRemoval, aliasRemoval }: Parts): readonly UndoAction[] {
  return [
    {
      undoes: ['mailbox.created', 'mailbox.restored'],
      action: {
        ...shared,
        key: 'mailbox-creation',
        permission: 'mailboxes.manage',
        thing: 'mailbox',
        verb: rowsRemoval,
      },
      rowsOf: async (db, scope, entries) => {
        const rows = await mailboxesNamed(db, scope, entries);
        return entries.flatMap((entry) => {
          const row = rows.get(entry.subject);
          return row === undefined
            ? []
            : rowOf(
                entry,
                { id: row.id, createdAt: row.created_at },
                mailboxFields(mailboxFrom(row)),
              );
        });
      },
    },
    {
      undoes: ['alias.created', 'alias.restored'],
      action: {
        ...shared,
        key: 'alias-creation',
        permission: 'aliases.manage',
        thing: 'alias',
        verb: aliasRemoval,
      },
      rowsOf: async (db, scope, entries) => {
        const aliases = await aliasesNamed(db, scope, entries);
        return entries.flatMap((entry) => {
          const alias = aliases.get(entry.subject);
          return alias === undefined ? [] : rowOf(entry, alias, aliasFields(alias));
        });
      },
    },
  ];
}

/** One of the same address may have been made since. */
function rowOf(
  entry: EntryToUndo,
  { id, createdAt }: { readonly id: number; readonly createdAt: number },
  fields: EntryFields,
): readonly RowToUndo[] {
  const current = { ...fields };
  const isTouched = isChangedSince(current, entry);
  return createdAt > entry.at ? [] : [{ entry, id, isTouched, current, wanted: null }];
}
