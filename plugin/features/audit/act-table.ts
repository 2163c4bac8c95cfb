import type { Knex } from 'knex';
import type { Registration } from '../../feature.js';
import { momentColumn } from '../../tables/columns.js';
import type { Column, Table } from '../../tables/table.js';
import {
  type EntryRow,
  type LabelledThings,
  auditedThings,
  fieldsOf,
  sideIn,
  subjectIn,
} from './entry.js';
import { entriesWithin, entryColumns, entrySearch } from './entry-rows.js';
import { isOfActOn } from './table.js';

/** The entries of one act. */
export function actTableOf(registered: readonly Registration[]): Table<EntryRow> {
  const things = auditedThings(registered);
  return {
    key: 'audit-act',
    defaultSort: 'at',
    nameColumn: 'subject',
    apartBy: ['at'],
    search: entrySearch,
    columns: columnsOf(things),
    id: 'audit_entries.id',
    idOf: (row) => row.id,
    parent: 'audit_acts.id',
    within: entriesWithin,
    from: (db: Knex) =>
      db('audit_entries')
        .join('audit_acts', isOfActOn)
        .select('audit_entries.id', 'audit_entries.at', ...entryColumns(db, things)),
    countFrom: (db: Knex) => db('audit_entries').join('audit_acts', isOfActOn),
  };
}

function columnsOf(things: LabelledThings): readonly Column<EntryRow>[] {
  return [
    { key: 'subject', cell: (row, language) => ({ text: subjectIn(row, language, things) }) },
    ...(['before', 'after'] as const).map((when) => ({
      key: when,
      isProse: true,
      cell: (row: EntryRow, language: Parameters<Column<EntryRow>['cell']>[1]) => ({
        text: sideIn(fieldsOf(row, language, things), when, language),
      }),
    })),
    // In the order of their IDs: entries of one act follow each other.
    momentColumn('at', ['audit_entries.id'], (row) => row.at),
  ];
}
