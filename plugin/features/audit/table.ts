import type { Knex } from 'knex';
import type { Table } from '../../tables/table.js';
import { type EntryRow, actionIn, actorIn, changeIn, subjectIn } from './entry.js';

export const auditTable: Table<EntryRow> = {
  key: 'audit',
  defaultSort: 'at',
  nameColumn: 'action',
  defaultDirection: 'desc',
  search: {
    column: 'audit_entries.search_text',
    index: { table: 'audit_entries_search', id: 'audit_entries.id' },
  },
  columns: [
    {
      key: 'at',
      kind: 'dateTime',
      sortBy: ['audit_entries.at', 'audit_entries.id'],
      cell: (row, { dateTime }) => ({ text: dateTime(row.at) }),
      value: (row) => row.at,
    },
    { key: 'actor', cell: (row, language) => ({ text: actorIn(row, language) }) },
    { key: 'action', cell: (row, language) => ({ text: actionIn(row, language) }) },
    { key: 'subject', cell: (row) => ({ text: subjectIn(row) }) },
    { key: 'change', cell: (row, language) => ({ text: changeIn(row, language) }) },
  ],
  // Not from where: an administrator's address is no concern of a customer.
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
      relayIn(db, 'before'),
      relayIn(db, 'after'),
    ),
  countFrom: (db: Knex) => db('audit_entries'),
};

/** The log holds the id of the server that a domain's mail leaves through, and people know it by its title. */
function relayIn(db: Knex, when: 'before' | 'after'): Knex.Raw {
  return db.raw(
    `CASE audit_entries.action WHEN 'domain-mail.changed' THEN (
      SELECT title FROM smtp_servers
      WHERE smtp_servers.id = JSON_EXTRACT(audit_entries.\`${when}\`, '$.relay')) END AS relay_${when}`,
  );
}
