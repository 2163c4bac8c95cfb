import type { Knex } from 'knex';
import { readable } from '../addresses/index.js';
import { type EntryFields, type FieldValue, entryFieldsIn } from '../changes/entry.js';
import { withoutOwn } from '../changes/acts.js';
import type { FieldError } from '../errors.js';
import type { Json } from '../jobs/kind.js';
import { type Owned, type Scope, isWithin, scopeColumn } from '../viewing/scope.js';
import type { AnyRowsAction } from './action.js';
import type { UndoneGroup } from './preview.js';

/** An entry of the activity log that is to be undone. */
export interface EntryToUndo {
  readonly id: number;
  /** Of the act that it belongs to. */
  readonly group: string;
  readonly action: string;
  readonly at: number;
  readonly subject: string;
  readonly before: EntryFields;
  readonly after: EntryFields;
  /** The ID of the thing, where entries of this kind record it. */
  readonly thingId: number | undefined;
  /** The version that the change made, where things of this kind have some. */
  readonly version: number | undefined;
}

/** The row that an entry is about, as it is now. */
export interface RowToUndo {
  readonly entry: EntryToUndo;
  readonly id: number;
  /** Its version; left out if its entries have none. */
  readonly version?: number;
  /** Whether it was changed since in a way that its fields and its version do not show. */
  readonly isTouched?: boolean;
  /** What the entries of this kind record of it. */
  readonly current: EntryFields;
  /** What the action's verb is asked for. */
  readonly wanted: Json;
}

/** How entries of the activity log are undone: by a verb that is offered for other purposes, too. */
export interface UndoAction<Action extends object = AnyRowsAction> {
  /** The actions of the entries, such as `domain-mail.changed`. */
  readonly undoes: readonly string[];
  readonly action: Action;
  /** Finds the rows that entries are about; those that are gone, or not within the scope, are left out. */
  readonly rowsOf: (
    db: Knex,
    scope: Scope,
    entries: readonly EntryToUndo[],
  ) => Promise<readonly RowToUndo[]>;
}

/** What actions that undo share. */
export const undoTexts = {
  noun: 'undo',
  icon: 'arrow-back-up',
  texts: 'previews.selected.undo',
} as const;

/** Whether a thing is no longer as an entry left it, if the entry records all of it. */
export function isChangedSince(current: EntryFields, { after }: EntryToUndo): boolean {
  return !isSo(current, after);
}

/** Entries of an act that a scope sees, in their order. */
export async function entriesToUndo(
  db: Knex,
  scope: Scope,
  { group, action, after, size }: ActPart,
): Promise<readonly EntryToUndo[]> {
  const entries = entriesIn(db, scope)
    .where({ group_id: group, action })
    .where('id', '>', after)
    .orderBy('id')
    .limit(size);
  return (await entries).map(entryFrom);
}

/** The entries with these IDs that a scope sees, in their order. */
export async function entriesByIds(
  db: Knex,
  scope: Scope,
  ids: readonly number[],
): Promise<readonly EntryToUndo[]> {
  const entries = entriesIn(db, scope)
    .whereIn('id', [...ids])
    .orderBy('id');
  return (await entries).map(entryFrom);
}

/** IDs of the rows that stand for the entries of a group: the newest comes first, as it is undone before what led to it. */
export async function groupRowsAfter(
  db: Knex,
  scope: Scope,
  { group, actions }: UndoneGroup,
  { after, size }: { readonly after: number; readonly size: number },
): Promise<readonly number[]> {
  const ids = await entriesIn(db, scope)
    .where({ group_id: group })
    .whereIn('action', [...actions])
    .where('id', '<', rowOfEntry(after))
    .orderBy('id', 'desc')
    .limit(size)
    .pluck('id');
  return ids.map(rowOfEntry);
}

const behindAll = 2 ** 50;

/** The row that stands for an entry, or the entry of a row. */
export function rowOfEntry(id: number): number {
  return behindAll - id;
}

/** The entries of the same acts about the same things as these, in their order. */
export async function entriesAbout(
  db: Knex,
  scope: Scope,
  entries: readonly EntryToUndo[],
): Promise<readonly EntryToUndo[]> {
  const distinct = (key: 'group' | 'action' | 'subject'): string[] => [
    ...new Set(entries.map((entry) => entry[key])),
  ];
  const found = entriesIn(db, scope)
    .whereIn('group_id', distinct('group'))
    .whereIn('action', distinct('action'))
    .whereIn('subject', distinct('subject'))
    .orderBy('id');
  return (await found).map(entryFrom);
}

export function entriesIn(db: Knex, scope: Scope): Knex.QueryBuilder<EntryRow, EntryRow[]> {
  const owner = scopeColumn(scope);
  return db<EntryRow>('audit_entries').where(
    owner === undefined ? {} : { [owner.column]: owner.accountId },
  );
}

function entryFrom({ id, at, subject, action, group_id: group, ...row }: EntryRow): EntryToUndo {
  const before = entryFieldsIn(row.before);
  const after = entryFieldsIn(row.after);
  return {
    id,
    at,
    subject,
    action,
    group,
    before: withoutOwn(before),
    after: withoutOwn(after),
    thingId: numberIn(after['id'] ?? before['id']),
    version: numberIn(after['version']),
  };
}

interface ActPart {
  readonly group: string;
  readonly action: string;
  readonly after: number;
  readonly size: number;
}

interface EntryRow extends Pick<EntryToUndo, 'id' | 'at' | 'subject' | 'action'> {
  readonly group_id: string;
  readonly before: string | null;
  readonly after: string | null;
}

function numberIn(value: FieldValue | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}

/** Whether a row is as it was before an entry: then there is nothing to undo. */
export function isUndone({ entry: { before }, current }: RowToUndo): boolean {
  return Object.keys(before).length > 0 && isSo(current, before);
}

/** Whether a row is as an entry left it, or as it was before. */
export function isUntouched({ entry, current, version, isTouched = false }: RowToUndo): boolean {
  if (isTouched) {
    return false;
  }
  return (isSo(current, entry.after) && version === entry.version) || isSo(current, entry.before);
}

function isSo(current: EntryFields, fields: EntryFields): boolean {
  return Object.entries(fields).every(
    ([name, value]) => JSON.stringify(current[name] ?? null) === JSON.stringify(value ?? null),
  );
}

/**
 * Why rows cannot be undone that somebody has changed since, by the ID of their entry. Things of other accounts may have
 * the same name, so only entries within the scope say who it was.
 */
export async function changesSince(
  db: Knex,
  { scope, thing }: { readonly scope: Scope; readonly thing: string },
  entries: readonly EntryToUndo[],
): Promise<ReadonlyMap<number, FieldError>> {
  const subjects = [...new Set(entries.map(({ subject }) => subject))];
  const found: readonly (Owned & { id: number; subject: string; actor: string })[] =
    subjects.length === 0
      ? []
      : await db('audit_entries')
          .whereIn('subject', subjects)
          .where('action', 'like', `${thing}.%`)
          .orderBy('id')
          .select('id', 'subject', 'actor', 'owner_id', 'reseller_id');
  const seen = found.filter((row) => isWithin(scope, row));
  return new Map(
    entries.map(({ id, subject }) => {
      const by = seen.findLast((other) => other.subject === subject && other.id > id)?.actor;
      return [
        id,
        by === undefined
          ? { key: 'previews.undo.changed' }
          : { key: 'previews.undo.changed-by', args: { actor: by } },
      ];
    }),
  );
}

/** Names an entry whose row is gone. */
export function nameOfEntry({ subject }: EntryToUndo): string {
  return readable(subject);
}
