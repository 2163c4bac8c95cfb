import assert from 'node:assert/strict';
import { FilterRefusals } from '../../plugin/tables/filter-refusals.js';
import { shownFilters } from '../../plugin/tables/shown-filters.js';
import { parseTableState } from '../../plugin/tables/table-state.js';
import { domainTable } from '../../plugin/features/domains/table.js';
import { languageFor } from '../../plugin/web/locale.js';
import { type TestApp, openTestApp } from '../support/app.js';

describe('a list without filters', () => {
  let app: TestApp;
  before(async () => {
    app = await openTestApp('sqlite');
  });
  after(() => app.remove());

  it('shows all rows in a thread too, which has a copy of its state', async () => {
    const state = structuredClone(parseTableState(domainTable, {}));
    const shown = shownFilters(domainTable, state, { language: languageFor('en'), refusals: {} });
    assert.equal(shown.cleared, '?');
    let drawn = 0;
    const draw = (): string => `${(drawn += 1)}`;
    shown.drawn('/somewhere', draw);
    shown.drawn('/somewhere', draw);
    assert.equal(drawn, 1, 'the controls are drawn once');
    const scope = { kind: 'all' } as const;
    assert.deepEqual(await new FilterRefusals(app.db, domainTable).of(scope, state.filters), {});
  });
});
