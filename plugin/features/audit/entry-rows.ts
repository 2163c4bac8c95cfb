import type { Knex } from 'knex';
import { type Engine, engineOf } from '../../database/engine.js';
import { type Scope, scopeColumn } from '../../viewing/scope.js';
import type { LabelledThings } from './entry.js';

/** The columns of entries that lists show. Without the origin: an administrator's address is no concern of a customer. */
export function entryColumns(db: Knex, things: LabelledThings): readonly (string | Knex.Raw)[] {
  return [
    ...['actor', 'acting_as', 'action', 'subject', 'before', 'after'].map(
      (column) => `audit_entries.${column}`,
    ),
    ...namesIn(db, things),
    ...keyedNamesIn(db, things),
  ];
}

/** The search of entries. */
export const entrySearch = {
  column: 'audit_entries.search_text',
  index: { table: 'audit_entries_search', id: 'audit_entries.id' },
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

/** Joins the names of rows whose IDs are in entries, such as SMTP servers. */
function namesIn(db: Knex, things: LabelledThings): readonly Knex.Raw[] {
  return Object.entries(things).flatMap(([thing, { names = {} }]) =>
    Object.entries(names).flatMap(([field, { table, column }]) =>
      (['before', 'after'] as const).map((when) =>
        db.raw(
          `CASE WHEN audit_entries.action LIKE ? THEN (
            SELECT ?? FROM ?? WHERE ?? = JSON_EXTRACT(??, ?)) END AS ??`,
          [
            `${thing}.%`,
            `${table}.${column}`,
            table,
            `${table}.id`,
            `audit_entries.${when}`,
            `$.${field}`,
            `name_${when}_${field}`,
          ],
        ),
      ),
    ),
  );
}

/** Names of rows whose keys are in entries, such as webmail applications, as one JSON object. */
function keyedNamesIn(db: Knex, things: LabelledThings): readonly Knex.Raw[] {
  return Object.entries(things).flatMap(([thing, { keyed = {} }]) =>
    Object.entries(keyed).map(([field, { table, key, column }]) =>
      db.raw(
        `CASE WHEN audit_entries.action LIKE ? THEN (
          SELECT CAST(${engineOf(db).jsonObjectOf}(??, ??) AS CHAR) FROM ??) END AS ??`,
        [`${thing}.%`, key, column, table, `keyed_${field}_${thing}`],
      ),
    ),
  );
}
