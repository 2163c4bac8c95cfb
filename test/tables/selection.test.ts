import assert from 'node:assert/strict';
import { domainTable } from '../../plugin/features/domains/table.js';
import {
  SelectionError,
  idsInOneField,
  mostSelected,
  selectionIn,
} from '../../plugin/tables/selection.js';

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
