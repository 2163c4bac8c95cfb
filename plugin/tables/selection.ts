import type { Scope } from '../database/scope.js';
import { InvalidInputError } from '../errors.js';
import type { Table } from './table.js';
import type { TableQuery } from './table-query.js';
import { type TableState, parseTableState, queryIn } from './table-state.js';

/** Rows that people marked: some by their ids, or all that a list shows with its search. */
export type Selection =
  | { readonly kind: 'rows'; readonly ids: readonly number[] }
  | { readonly kind: 'matching'; readonly state: TableState };

/** More than a person marks one by one; who wants more takes all that match. */
export const mostMarked = 5000;

/**
 * What a form with marked rows names: `id`, or `matching` with the list's `query`.
 *
 * @throws {InvalidInputError} when nothing is marked, or too much.
 */
export function selectionIn<Row>(table: Table<Row>, body: unknown): Selection {
  const { id, matching, query } = fieldsIn(body);
  if (matching === '1') {
    return { kind: 'matching', state: parseTableState(table, queryIn(query)) };
  }
  const ids = [...new Set([id].flat().map(Number))].filter((each) => Number.isSafeInteger(each));
  if (ids.length === 0 || id === undefined) {
    throw new InvalidInputError({ id: { key: 'table.selection.empty' } });
  }
  if (ids.length > mostMarked) {
    throw new InvalidInputError({
      id: { key: 'table.selection.too-many', args: { count: mostMarked } },
    });
  }
  return { kind: 'rows', ids };
}

/** The fields of a form that names the same selection once more. */
export function selectionFields(
  selection: Selection,
  toQuery: (state: TableState) => string,
): readonly (readonly [name: string, value: string])[] {
  return selection.kind === 'matching'
    ? [
        ['matching', '1'],
        ['query', toQuery(selection.state)],
      ]
    : selection.ids.map((id) => ['id', String(id)]);
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
