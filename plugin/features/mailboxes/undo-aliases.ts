import type { Knex } from 'knex';
import { withoutTag } from '../../addresses/index.js';
import type { EntryFields, FieldValue } from '../../changes/entry.js';
import type { Json } from '../../jobs/kind.js';
import {
  type EntryToUndo,
  type RowToUndo,
  type UndoAction,
  undoTexts,
} from '../../previews/undo.js';
import { type Scope, ownedBy } from '../../viewing/scope.js';
import type { ChangedAlias } from './alias-change.js';
import { aliasesIn, withTargets } from './alias-store.js';
import type { StoredAlias } from './alias.js';
import { aliasFields } from './audit-fields.js';
import { forPeople } from './mailbox.js';
import type { WantedAliasChange, RowsAliases } from './rows-aliases.js';

/** Undoes changes of aliases. */
export function undoOfAliases(rowsAliases: RowsAliases): UndoAction {
  return {
    undoes: ['alias.changed'],
    action: {
      ...undoTexts,
      key: 'alias',
      permission: 'aliases.manage',
      thing: 'alias',
      verb: rowsAliases,
      idOf: ({ alias }: WantedAliasChange) => alias.id,
      nameOf: ({ alias }: WantedAliasChange) => forPeople(alias.address),
      auditedAs: ({ alias }: WantedAliasChange) => alias.address,
      versionOf: ({ alias }: WantedAliasChange) => alias.version,
      changeOf: ({ changed }: ChangedAlias) => changed,
    },
    rowsOf: async (db, scope, entries) => {
      const aliases = await aliasesNamed(db, scope, entries);
      const rows = entries.flatMap((entry) => rowOf(entry, aliases.get(entry.subject)) ?? []);
      return rows.map((row) => followed(row, rows));
    },
  };
}

type AliasRow = Parameters<typeof aliasesIn>[0][number] & { readonly created_at: number };
type KnownAlias = StoredAlias & { readonly createdAt: number };

/** The aliases of these names, as far as the scope sees them. */
export async function aliasesNamed(
  db: Knex,
  scope: Scope,
  entries: readonly EntryToUndo[],
): Promise<ReadonlyMap<string, KnownAlias>> {
  const rows: readonly AliasRow[] = await withTargets(db)
    .select('a.created_at')
    .whereIn('a.address', [...new Set(entries.map(({ subject }) => subject))])
    .where(ownedBy(scope, 'd'));
  const createdAt = new Map(rows.map((row) => [row.id, row.created_at]));
  return new Map(
    aliasesIn(rows).map((alias) => [
      alias.address,
      { ...alias, createdAt: createdAt.get(alias.id) ?? 0 },
    ]),
  );
}

/** One of the same address may have been made since. */
function rowOf(entry: EntryToUndo, alias: KnownAlias | undefined): RowToUndo | undefined {
  if (alias === undefined || alias.createdAt > entry.at) {
    return undefined;
  }
  const { id, version } = alias;
  return { entry, id, version, current: { ...aliasFields(alias) }, wanted: wantedBy(entry) };
}

function wantedBy({ before: { address, targets } }: EntryToUndo): Json {
  return {
    ...(address !== undefined && { address: String(address) }),
    ...(targets !== undefined && { targets: String(targets).split(', ') }),
  };
}

/** An alias that followed another one's new address follows it back: its entry stands with the other's. */
function followed(row: RowToUndo, rows: readonly RowToUndo[]): RowToUndo {
  const leader = rows.find(({ entry }) => isLedBy(row.entry, entry));
  return leader === undefined
    ? row
    : { ...leader, entry: { ...leader.entry, id: row.entry.id, before: {}, after: {} } };
}

function isLedBy({ before, after }: EntryToUndo, leader: EntryToUndo): boolean {
  const { address: from } = leader.before;
  const { address: to } = leader.after;
  return (
    from !== undefined &&
    before['address'] === undefined &&
    leadsTo(before, from) &&
    leadsTo(after, to)
  );
}

function leadsTo({ targets = '' }: EntryFields, address: FieldValue | undefined): boolean {
  return String(targets)
    .split(', ')
    .some((target) => withoutTag(target) === address);
}
