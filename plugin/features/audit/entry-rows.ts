import type { Knex } from 'knex';
import type { Engine } from '../../database/engine.js';
import { type Scope, scopeColumn } from '../../viewing/scope.js';
import { type ChangeColumns, entryNames } from './entry-names.js';
import type { LabelledThings } from './entry.js';

/** The columns of entries that lists show. Without the origin: an administrator's address is no concern of a customer. */
export function entryColumns(db: Knex, things: LabelledThings): readonly (string | Knex.Raw)[] {
  return [
    ...['actor', 'acting_as', 'action', 'subject', 'before', 'after'].map(
      (column) => `audit_entries.${column}`,
    ),
    ...entryNames(db, things, ofEntries),
  ];
}

const ofEntries: ChangeColumns = {
  isOf: 'audit_entries.action LIKE ?',
  named: (thing) => `${thing}.%`,
  before: 'audit_entries.before',
  after: 'audit_entries.after',
};

/** The search of entries. */
export const entrySearch = {
  column: 'audit_entries.search_text',
  id: 'audit_entries.id',
  index: { table: 'audit_entries_search' },
} as const;

/** Narrows entries that other conditions lead to. */
export function entriesWithin(
  query: Knex.QueryBuilder,
  scope: Scope,
  accountId: Knex.Value,
  engine: Engine,
): void {
  const owner = scopeColumn(scope);
  if (owner !== undefined) {
    query.whereRaw(`${engine.withoutIndex('??')} = ?`, [
      `audit_entries.${owner.column}`,
      accountId,
    ]);
  }
}
