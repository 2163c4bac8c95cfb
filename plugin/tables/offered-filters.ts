import type { Viewer } from '../viewing/viewer.js';
import type { Filter } from './filter.js';
import type { AnyTable, Table } from './table.js';

const known = new WeakMap<AnyTable, Map<string, AnyTable>>();
const none: readonly Filter[] = [];

/**
 * The table with the filters that a viewer may use: others are neither shown, nor parsed, nor resolved. A filter by a
 * thing requires the permission to pick it, and some are for the rows of all parents. Returns the same table for the same filters.
 */
export function offeredTo<Row extends object>(
  { permissions }: Pick<Viewer, 'permissions'>,
  table: Table<Row>,
  rows: 'of-page' | 'every' = 'of-page',
): Table<Row> {
  const { filters = none } = table;
  const offered = filters.filter(
    (filter) =>
      isOffered(filter, permissions) && (rows === 'every' || filter.isAcrossParents !== true),
  );
  if (offered.length === filters.length) {
    return table;
  }
  const name = offered.map(({ key }) => key).join(' ');
  const ofTable = known.get(table) ?? new Map<string, AnyTable>();
  known.set(table, ofTable);
  const found: Table<Row> = ofTable.get(name) ?? { ...table, filters: offered };
  ofTable.set(name, found);
  return found;
}

function isOffered(filter: Filter, permissions: ReadonlySet<string>): boolean {
  const permission =
    filter.kind === 'thing'
      ? filter.of.permission
      : filter.kind === 'text'
        ? filter.permission
        : undefined;
  return permission === undefined || permissions.has(permission);
}
