import assert from 'node:assert/strict';
import type { Scope } from '../../plugin/viewing/scope.js';
import { type DomainListRow, domainTable } from '../../plugin/features/domains/table.js';
import {
  type Selection,
  SelectionError,
  idsInOneField,
  mostSelected,
  selectedRows,
  selectionIn,
} from '../../plugin/tables/selection.js';
import type { Table } from '../../plugin/tables/table.js';
import { TableQuery } from '../../plugin/tables/table-query.js';
import { engines } from '../support/app.js';
import { addAccount, addDomain } from '../support/fixtures.js';
import { useTestApp } from '../support/opened.js';

describe('selected rows', () => {
  it('are a form’s IDs without duplicates', () => {
    assert.deepEqual(selectionIn(domainTable, { id: ['3', '1', '3'] }), {
      kind: 'rows',
      ids: [3, 1],
    });
    assert.deepEqual(selectionIn(domainTable, { id: '3' }), { kind: 'rows', ids: [3] });
  });

  it('are also the IDs in one field, up to the limit of a selection', () => {
    const ids = Array.from({ length: mostSelected }, (_, index) => index + 1);
    assert.deepEqual(selectionIn(domainTable, { ids: idsInOneField(ids) }), { kind: 'rows', ids });
  });

  it('are all matching rows of the list’s query', () => {
    const selection = selectionIn(domainTable, { matching: '1', query: '?q=Émile&sort=created' });
    assert.ok(selection.kind === 'matching');
    assert.deepEqual(selection.state.words, ['emile']);
    assert.equal(selection.state.sort, 'created');
  });

  it('must be at least one, and not too many', () => {
    const many = Array.from({ length: mostSelected + 1 }, (_, index) => String(index));
    for (const body of [
      undefined,
      {},
      { id: '' },
      { id: 'x' },
      { id: [] },
      { id: {} },
      { ids: '' },
      { ids: '1e3--0x1' },
      { id: many },
      { ids: many.join('-') },
    ]) {
      assert.throws(() => selectionIn(domainTable, body), SelectionError);
    }
  });
});

for (const engine of engines) {
  describe(`selected rows on ${engine}`, () => {
    const app = useTestApp(engine);
    const table: Table<DomainListRow> = {
      ...domainTable,
      id: 'domains.id',
      idOf: ({ id }) => id,
    };
    let marieId: number;
    before(async () => {
      marieId = await addAccount(app, 'marie');
      await addAccount(app, 'paul');
      for (let index = 0; index < 12; index += 1) {
        await addDomain(app, `d${index}.example`, index % 2 === 0 ? 'marie' : 'paul');
      }
    });

    const namesOf = async (selection: Selection, scope: Scope): Promise<string[]> => {
      const names: string[] = [];
      for await (const rows of selectedRows(new TableQuery(app.db, table), { scope }, selection)) {
        names.push(...rows.map(({ name }) => name));
      }
      return names.toSorted();
    };

    it('are read by their IDs, without foreign rows', async () => {
      const ids: number[] = await app.db.knex('domains').pluck('id');
      const scope = { kind: 'owner', accountId: marieId } as const;
      const names = await namesOf({ kind: 'rows', ids: [...ids, 987_654] }, scope);
      assert.deepEqual(
        names,
        [0, 10, 2, 4, 6, 8].map((index) => `d${index}.example`),
      );
    });

    it('are read by the query', async () => {
      const selection = selectionIn(table, { matching: '1', query: '?q=paul' });
      const names = await namesOf(selection, { kind: 'all' });
      assert.deepEqual(
        names,
        [1, 11, 3, 5, 7, 9].map((index) => `d${index}.example`),
      );
      assert.deepEqual(await namesOf(selection, { kind: 'owner', accountId: marieId }), []);
    });
  });
}
