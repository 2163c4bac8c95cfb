import assert from 'node:assert/strict';
import { FilterRefusals } from '../../plugin/tables/filter-refusals.js';
import { shownFilters } from '../../plugin/tables/shown-filters.js';
import { parseTableState } from '../../plugin/tables/table-state.js';
import { domainTable } from '../../plugin/features/domains/table.js';
import { languageFor } from '../../plugin/web/locale.js';
import { useTestApp } from '../support/opened.js';

describe('a list without filters', () => {
  const app = useTestApp();

  it('shows all rows in a thread too, which has a copy of its state', async () => {
    const state = structuredClone(parseTableState(domainTable, {}));
    const to = { language: languageFor('en'), refusals: {} };
    const { form, cleared } = shownFilters(domainTable, state, to);
    assert.equal(cleared, '?');
    assert.equal(shownFilters(domainTable, state, to).form, form, 'the controls are cached by it');
    const scope = { kind: 'all' } as const;
    assert.deepEqual(await new FilterRefusals(app.db, domainTable).of(scope, state.filters), {});
  });
});
