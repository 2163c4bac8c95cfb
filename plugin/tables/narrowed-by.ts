import type { Language } from '../web/locale.js';
import { shownFilters } from './shown-filters.js';
import type { Table } from './table.js';
import type { TableState } from './table-state.js';

/** The search and the filters of a list in words, such as `Owner: marie`; none if it shows all rows. */
export function narrowedBy<Row>(
  table: Table<Row>,
  state: TableState,
  language: Language,
): readonly string[] {
  return [
    ...(state.search === '' ? [] : [language.t('table.searched', { search: state.search })]),
    ...shownFilters(table, state, { language, refusals: {} }).set.map(({ text }) => text),
  ];
}
