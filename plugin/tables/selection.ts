import { AppError } from '../errors.js';
import type { ListBounds } from './listing.js';
import type { Table } from './table.js';
import type { TableQuery } from './table-query.js';
import { type TableState, parseTableState, queryIn } from './table-state.js';

/** Rows that people marked: some by their ids, or all that a list shows with its search. */
export type Selection =
  | { readonly kind: 'rows'; readonly ids: readonly number[] }
  | { readonly kind: 'matching'; readonly state: TableState };

/** Nothing is marked, or too much. */
export class SelectionError extends AppError {
  override readonly name = 'SelectionError';
  readonly status = 422;
}

/** More than a person marks one by one; who wants more takes all that match. */
export const mostMarked = 5000;

/**
 * What a form with marked rows names: `id` for each, `ids` as `idsInOneField` gives them, or `matching` with the list's
 * `query`.
 *
 * @throws {SelectionError}
 */
export function selectionIn<Row>(table: Table<Row>, body: unknown): Selection {
  const { id, ids: joined, matching, query } = fieldsIn(body);
  if (matching === '1') {
    return { kind: 'matching', state: parseTableState(table, queryIn(query)) };
  }
  const ids = idsAmong([id, typeof joined === 'string' ? joined.split(between) : []].flat());
  if (ids.length === 0) {
    throw new SelectionError('table.selection.empty');
  }
  if (ids.length > mostMarked) {
    throw new SelectionError('table.selection.too-many', { count: mostMarked });
  }
  return { kind: 'rows', ids };
}

/** A character that forms send as it is, so that thousands of ids are one field of a few kilobytes. */
const between = '-';

/** The field `ids` of a form that names just these rows. */
export function idsInOneField(ids: readonly number[]): string {
  return ids.join(between);
}

function idsAmong(sent: readonly unknown[]): readonly number[] {
  const ids = sent.filter((each) => typeof each === 'string' && /^\d{1,15}$/.test(each));
  return [...new Set(ids.map(Number))];
}

/**
 * The selected rows within bounds, for what is done with them one after the other.
 *
 * @throws {SelectionError} when they are more than people mark one by one.
 */
export async function fewSelectedRows<Row extends object>(
  query: TableQuery<Row>,
  bounds: ListBounds,
  selection: Selection,
): Promise<readonly Row[]> {
  const few: Row[] = [];
  for await (const rows of selectedRows(query, bounds, selection)) {
    few.push(...rows);
    if (few.length > mostMarked) {
      throw new SelectionError('table.selection.too-many', { count: mostMarked });
    }
  }
  return few;
}

/** The selected rows within bounds, in batches; rows may go while they are read. */
export async function* selectedRows<Row extends object>(
  query: TableQuery<Row>,
  bounds: ListBounds,
  selection: Selection,
): AsyncGenerator<readonly Row[], void, undefined> {
  if (selection.kind === 'rows') {
    yield await query.byIds(bounds, selection.ids);
    return;
  }
  yield* query.all({ ...bounds, state: selection.state });
}

function fieldsIn(body: unknown): {
  id?: unknown;
  ids?: unknown;
  matching?: unknown;
  query?: unknown;
} {
  return typeof body === 'object' && body !== null ? body : {};
}
