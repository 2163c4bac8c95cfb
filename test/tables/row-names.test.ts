import assert from 'node:assert/strict';
import { namedCells } from '../../plugin/tables/row-names.js';
import type { Table } from '../../plugin/tables/table.js';
import { languageFor } from '../../plugin/web/locale.js';

interface Row {
  readonly title: string;
  readonly owner: string;
}

const table: Table<Row> = {
  key: 'sample',
  defaultSort: 'title',
  apartBy: ['owner'],
  columns: [
    { key: 'title', cell: ({ title }) => ({ text: title, href: '/' }) },
    { key: 'owner', cell: ({ owner }) => ({ text: owner }) },
  ],
  from: (db) => db('sample'),
  countFrom: (db) => db('sample'),
};

const named = (...rows: Row[]): ReturnType<typeof namedCells> =>
  namedCells(table, table.columns.slice(0, 1), { rows, language: languageFor('en') });

describe('the names of rows', () => {
  it('are the texts of the name column where these differ', () => {
    const { names, rows } = named({ title: 'a', owner: 'x' }, { title: 'b', owner: 'x' });
    assert.deepEqual(names, ['a', 'b']);
    assert.deepEqual(rows, [[{ text: 'a', href: '/' }], [{ text: 'b', href: '/' }]]);
  });

  it('tell rows with the same text apart, by a hidden column, then by a number', () => {
    const { names, rows } = named(
      { title: 'a', owner: 'x' },
      { title: 'b', owner: 'x' },
      { title: 'a', owner: 'y' },
      { title: 'a', owner: 'y' },
    );
    assert.deepEqual(names, ['a, x', 'b', 'a, y', 'a, y (2)']);
    assert.deepEqual(
      rows.map(([cell]) => cell?.label),
      ['a, x', undefined, 'a, y', 'a, y (2)'],
    );
  });
});
