import type { Knex } from 'knex';
import { engineOf } from '../../database/engine.js';
import type { Registration } from '../../feature.js';
import { pickableAccounts } from '../../panel/directory/pickables.js';
import { momentColumn } from '../../tables/columns.js';
import type { Filter } from '../../tables/filter.js';
import { periodFilter } from '../../tables/period-filter.js';
import type { Column, Table } from '../../tables/table.js';
import {
  type EntryRow,
  type LabelledThings,
  actionIn,
  actorIn,
  auditedThings,
  changeIn,
  subjectIn,
} from './entry.js';

/** The activity log: entries of all registered things. */
export function auditTableOf(registered: readonly Registration[]): Table<EntryRow> {
  const things = auditedThings(registered);
  return {
    key: 'audit',
    defaultSort: 'at',
    nameColumn: 'action',
    apartBy: ['subject', 'at'],
    defaultDirection: 'desc',
    search: {
      column: 'audit_entries.search_text',
      index: { table: 'audit_entries_search', id: 'audit_entries.id' },
    },
    filters: filtersOf(things),
    columns: columnsOf(things),
    // Without the origin: an administrator's address is no concern of a customer.
    from: (db: Knex) =>
      db('audit_entries').select(
        'audit_entries.id',
        'at',
        'actor',
        'acting_as',
        'action',
        'subject',
        'before',
        'after',
        ...namesIn(db, things),
        ...keyedNamesIn(db, things),
      ),
    countFrom: (db: Knex) => db('audit_entries'),
  };
}

function filtersOf(things: LabelledThings): readonly Filter[] {
  return [
    {
      key: 'actor',
      kind: 'thing',
      label: 'audit.columns.actor',
      of: pickableAccounts,
      sql: 'audit_entries.actor_id',
      indexed: ['all'],
    },
    {
      key: 'thing',
      kind: 'choice',
      label: 'audit.filters.thing',
      options: Object.fromEntries(Object.keys(things).map((thing) => [thing, `${thing}.%`])),
      compare: 'like',
      sql: 'audit_entries.action',
      text: (option, { t }) => t(`${things[option]?.texts}.title`),
    },
    {
      key: 'action',
      kind: 'choice',
      label: 'audit.columns.action',
      options: {
        created: '%.created',
        changed: '%changed',
        removed: '%.removed',
        suspended: '%.suspended',
        resumed: '%.resumed',
      },
      compare: 'like',
      sql: 'audit_entries.action',
      text: (option, { t }) => t(`audit.actions.${option}`),
    },
    periodFilter({ sql: 'audit_entries.at', indexed: ['all', 'reseller', 'owner'] }),
  ];
}

function columnsOf(things: LabelledThings): readonly Column<EntryRow>[] {
  return [
    momentColumn('at', ['audit_entries.at', 'audit_entries.id'], (row) => row.at),
    { key: 'actor', cell: (row, language) => ({ text: actorIn(row, language) }) },
    { key: 'action', cell: (row, language) => ({ text: actionIn(row, language, things) }) },
    { key: 'subject', cell: (row) => ({ text: subjectIn(row) }) },
    {
      key: 'change',
      isProse: true,
      cell: (row, language) => ({ text: changeIn(row, language, things) }),
    },
  ];
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
