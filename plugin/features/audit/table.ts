import type { Knex } from 'knex';
import { engineOf } from '../../database/engine.js';
import type { Registration } from '../../feature.js';
import { momentColumn } from '../../tables/columns.js';
import type { Column, Table } from '../../tables/table.js';
import { type ActRow, actPath, actsWithin, commonChange, subjectOf } from './act.js';
import { type LabelledThings, actionIn, actorIn, auditedThings } from './entry.js';
import { filtersOf } from './filters.js';
import { entriesWithin, entryColumns, entrySearch } from './entry-rows.js';

/** The activity log: a line for each act, with the entries of all registered things. */
export function auditTableOf(registered: readonly Registration[]): Table<ActRow> {
  const things = auditedThings(registered);
  return {
    key: 'audit',
    defaultSort: 'at',
    nameColumn: 'action',
    apartBy: ['subject', 'at'],
    defaultDirection: 'desc',
    search: entrySearch,
    filters: filtersOf(things),
    columns: columnsOf(things),
    within: actsWithin,
    parts: {
      ofRow: (db) => isOfAct(db('audit_entries')),
      withRows: (db) =>
        isOfAct(db.from(db.raw(`audit_entries ${engineOf(db).joinInOrder} audit_acts`))),
      rowId: 'audit_acts.id',
      within: entriesWithin,
    },
    from: (db: Knex) =>
      db('audit_acts')
        .join('audit_entries', 'audit_entries.id', 'audit_acts.first_id')
        .select(
          ...['id', 'at', 'group_id', 'first_id', 'entries', 'change_digest'].map(
            (column) => `audit_acts.${column}`,
          ),
          ...entryColumns(db, things),
        ),
    countFrom: (db: Knex) => db('audit_acts'),
  };
}

const shared = ['group_id', 'action'] as const;

function isOfAct(entries: Knex.QueryBuilder): Knex.QueryBuilder {
  for (const column of shared) {
    entries.whereRaw('?? = ??', [`audit_entries.${column}`, `audit_acts.${column}`]);
  }
  return entries;
}

/** Joins entries with acts. */
export function isOfActOn(join: Knex.JoinClause): void {
  for (const column of shared) {
    join.on(`audit_entries.${column}`, `audit_acts.${column}`);
  }
}

function columnsOf(things: LabelledThings): readonly Column<ActRow>[] {
  // A log is read in the order of time: each further one would be indexes that every change updates.
  return [
    momentColumn('at', ['audit_acts.at', 'audit_acts.id'], (row) => row.at),
    { key: 'actor', cell: (row, language) => ({ text: actorIn(row, language) }) },
    {
      key: 'action',
      cell: (row, language) => ({ text: actionIn(row, language, things), href: actPath(row.id) }),
    },
    { key: 'subject', cell: (row, language) => ({ text: subjectOf(row, language, things) }) },
    {
      key: 'change',
      isProse: true,
      cell: (row, language) => ({ text: commonChange(row, language, things) }),
    },
    {
      key: 'entries',
      kind: 'number',
      isHiddenAtFirst: true,
      cell: (row, { number }) => ({ text: number(row.entries) }),
      value: (row) => row.entries,
    },
  ];
}
