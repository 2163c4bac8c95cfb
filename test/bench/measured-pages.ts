import type { EngineName } from '../../plugin/database/engine.js';
import { domainTable } from '../../plugin/features/domains/table.js';
import { smtpServerTable } from '../../plugin/features/smtp-servers/table.js';
import type { Table } from '../../plugin/tables/table.js';
import { orderOf, parseTableState, tableQuery } from '../../plugin/tables/table-state.js';
import { type Size, domainName } from './fill.js';
import { largeOwner, serverTitle } from './fill-servers.js';

/** A measured page, with some of its URLs. */
export interface MeasuredPage {
  readonly name: string;
  readonly paths: readonly string[];
  /** With `Accept-Encoding`, as browsers send it. */
  readonly isCompressed?: boolean;
  /** Its limit of processor time in ms, if the goal is not relative to the floor. */
  readonly mostMs?: number;
}

/** Several domains and several deep pages, so that not always the same rows are cached. */
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
    { name: 'domains, deep page', paths: some.map((row) => pageAfter(domainTable, row)) },
    { name: 'domains, last page', paths: ['/domains?before=end'] },
    { name: 'domains, common term', paths: ['/domains?q=example'] },
    { name: 'domains, rare term', paths: [`/domains?q=${rare}`] },
    { name: 'domains, no match', paths: ['/domains?q=zzqqx'] },
    { name: 'domains, first page, gzip', paths: ['/domains'], isCompressed: true },
  ];
}

const rowsPerPage = 50;

const mostSearchMs = 10;

/** An administrator's list of SMTP servers: both ends of every order, and searches. */
export function measuredServerPages(
  { servers = 0 }: Size,
  engine: EngineName,
): readonly MeasuredPage[] {
  const rows = Array.from({ length: servers }, (_, index) => serverRow(index + 1)).toSorted(
    (a, b) => (a.sort_title < b.sort_title ? -1 : 1),
  );
  const last = rows.length / rowsPerPage;
  const deep = Array.from({ length: variants }, (_, index) =>
    rows.at((last - 1 - index) * rowsPerPage - 1),
  ).filter((row) => row !== undefined);
  const [rare] = deep;
  const orders = smtpServerTable.columns.filter(({ sortBy }) => sortBy !== undefined);
  return [
    { name: 'servers, first page', paths: ['/smtp-servers'] },
    {
      name: `servers, page ${last.toLocaleString('en')}`,
      paths: deep.map((row) => pageAfter(smtpServerTable, row)),
    },
    {
      name: 'servers, first page, any order',
      paths: orders.flatMap(({ key }) => [
        `/smtp-servers?sort=${key}&dir=asc`,
        `/smtp-servers?sort=${key}&dir=desc`,
      ]),
    },
    {
      name: 'servers, deep page, any order',
      paths: orders.flatMap(({ key }) =>
        deep.slice(0, 3).map((row) => pageAfter(smtpServerTable, row, key)),
      ),
    },
    { name: 'servers, common term', paths: ['/smtp-servers?q=sender'] },
    ...searches('servers', rare?.sort_title ?? '').map((page) => ({
      ...page,
      // For administrators MariaDB walks all blocks; that goal is for accounts.
      ...(engine === 'sqlite' && { mostMs: mostSearchMs }),
    })),
  ];
}

/** The same list for its largest owner. */
export function measuredOwnersPages({ servers = 0 }: Size): readonly MeasuredPage[] {
  const owned = Math.min(servers, largeOwner.servers);
  return [
    { name: "an owner's servers, first page", paths: ['/smtp-servers'] },
    {
      name: "an owner's servers, common term",
      paths: ['/smtp-servers?q=sender'],
      mostMs: mostSearchMs,
    },
    ...searches("an owner's servers", serverTitle(Math.ceil(owned / 2))).map((page) => ({
      ...page,
      mostMs: mostSearchMs,
    })),
  ];
}

function searches(name: string, title: string): readonly MeasuredPage[] {
  return [
    { name: `${name}, rare term`, paths: [`/smtp-servers?q=${title.split(' ')[0]}`] },
    { name: `${name}, no match`, paths: ['/smtp-servers?q=zzqqx'] },
  ];
}

function serverRow(id: number): Readonly<Record<string, string | number>> & { sort_title: string } {
  const title = serverTitle(id);
  const [name = ''] = title.split(' ');
  return {
    id,
    sort_title: title,
    host: `smtp.${name}.example`,
    address: `mail@${name}-${id}.example`,
    confirmation: id % 3 === 0 ? 'confirmed' : 'never',
  };
}

/** As the list's own links are. */
function pageAfter<Row>(
  table: Table<Row>,
  row: Readonly<Record<string, string | number>>,
  sort = table.defaultSort,
): string {
  const key = orderOf(table, sort).map((column) => row[column.replace(/^.*\./, '')] ?? '');
  const state = { ...parseTableState(table, {}), sort };
  return `/${table.key}${tableQuery(table, state, { place: { at: 'after', key } })}`;
}
