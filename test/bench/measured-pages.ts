import { domainTable } from '../../plugin/features/domains/table.js';
import { orderOf, parseTableState, tableQuery } from '../../plugin/tables/table-state.js';
import { type Size, domainName } from './fill.js';

/** A page that is measured, by some of its addresses. */
export interface MeasuredPage {
  readonly name: string;
  readonly paths: readonly string[];
  /** Asked for as browsers do, with `Accept-Encoding`. */
  readonly isCompressed?: boolean;
}

/** Several domains and several deep pages, so that it is not always the same rows that are at hand. */
const variants = 16;

export function measuredPages({ domains }: Size): readonly MeasuredPage[] {
  const rows = Array.from({ length: domains }, (_, index) => ({
    id: index + 1,
    name: domainName(index + 1),
    sort_name: domainName(index + 1),
  })).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const some = Array.from({ length: variants }, (_, index) =>
    rows.at(Math.floor(((index + 1) * domains) / (variants + 2))),
  ).filter((row) => row !== undefined);
  const rare = some[0]?.name.split('.')[0] ?? '';
  return [
    { name: 'mail settings', paths: some.map(({ name }) => `/domains/${name}/mail-settings`) },
    { name: 'domains, first page', paths: ['/domains'] },
    { name: 'domains, deep page', paths: some.map(pageAfter) },
    { name: 'domains, last page', paths: ['/domains?before=end'] },
    { name: 'domains, common term', paths: ['/domains?q=example'] },
    { name: 'domains, rare term', paths: [`/domains?q=${rare}`] },
    { name: 'domains, no match', paths: ['/domains?q=zzqqx'] },
    { name: 'domains, first page, gzip', paths: ['/domains'], isCompressed: true },
  ];
}

/** As the list's own links have it. */
function pageAfter(row: Readonly<Record<string, string | number>>): string {
  const order = orderOf(domainTable, domainTable.defaultSort);
  const key = order.map((column) => row[column.replace('domains.', '')] ?? '');
  const state = parseTableState(domainTable, {});
  return `/domains${tableQuery(domainTable, state, { place: { at: 'after', key } })}`;
}
