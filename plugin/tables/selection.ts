import type { Scope } from '../database/scope.js';
import { AppError } from '../errors.js';
import type { Table } from './table.js';
import type { TableQuery } from './table-query.js';
import { type TableState, parseTableState, queryIn, tableQuery } from './table-state.js';

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
 * What a form with marked rows names: `id`, or `matching` with the list's `query`.
 *
 * @throws {SelectionError}
 */
export function selectionIn<Row>(table: Table<Row>, body: unknown): Selection {
  const { id, matching, query } = fieldsIn(body);
  if (matching === '1') {
    return { kind: 'matching', state: parseTableState(table, queryIn(query)) };
  }
  const ids = [...new Set([id].flat().map(Number))].filter((each) => Number.isSafeInteger(each));
  if (ids.length === 0 || id === undefined) {
    throw new SelectionError('table.selection.empty');
  }
  if (ids.length > mostMarked) {
    throw new SelectionError('table.selection.too-many', { count: mostMarked });
  }
  return { kind: 'rows', ids };
}

/** The hidden fields of a form that names the same selection once more. */
export function selectionFields<Row>(
  table: Table<Row>,
  selection: Selection,
): readonly (readonly [name: string, value: string])[] {
  return selection.kind === 'matching'
    ? [
        ['matching', '1'],
        ['query', tableQuery(table, selection.state, {})],
      ]
    : selection.ids.map((id) => ['id', String(id)]);
}

/**
 * The selected rows within a scope, for what is done with them one after the other.
 *
 * @throws {SelectionError} when they are more than people mark one by one.
 */
export async function fewSelectedRows<Row extends object>(
  query: TableQuery<Row>,
  scope: Scope,
  selection: Selection,
): Promise<readonly Row[]> {
  const few: Row[] = [];
  for await (const rows of selectedRows(query, scope, selection)) {
    few.push(...rows);
    if (few.length > mostMarked) {
      throw new SelectionError('table.selection.too-many', { count: mostMarked });
    }
  }
  return few;
}

/** The selected rows within a scope, in batches; rows may go while they are read. */
export async function* selectedRows<Row extends object>(
  query: TableQuery<Row>,
  scope: Scope,
  selection: Selection,
  parentId?: number,
): AsyncGenerator<readonly Row[], void, undefined> {
  if (selection.kind === 'rows') {
    yield await query.byIds(scope, selection.ids, parentId);
    return;
  }
  yield* query.all(scope, selection.state, parentId);
}

function fieldsIn(body: unknown): { id?: unknown; matching?: unknown; query?: unknown } {
  return typeof body === 'object' && body !== null ? body : {};
}
