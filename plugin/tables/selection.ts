import { AppError } from '../errors.js';
import type { Table } from './table.js';
import { type TableState, parseTableState, queryIn } from './table-state.js';

/** Selected rows: by their IDs, or all that a list shows with its search and filters. */
export type Selection =
  | { readonly kind: 'rows'; readonly ids: readonly number[] }
  | { readonly kind: 'matching'; readonly state: TableState };

/** Nothing is selected, or too much. */
export class SelectionError extends AppError {
  override readonly name = 'SelectionError';
  readonly status = 422;
}

/** Rows that are named and decided about before an action is confirmed. */
export const mostSelected = 5000;

const nothing = 'table.selection.empty';

/**
 * Parses a form's selection: `id` for each row, `ids` from `idsInOneField`, or `matching` with the list's `query`.
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
    throw new SelectionError(nothing);
  }
  if (ids.length > mostSelected) {
    throw new SelectionError('table.selection.too-many', { count: mostSelected });
  }
  return { kind: 'rows', ids };
}

/** A character that forms do not encode, so that thousands of IDs are one field of a few kilobytes. */
const between = '-';

/** The field `ids` for exactly these rows. */
export function idsInOneField(ids: readonly number[]): string {
  return ids.join(between);
}

function idsAmong(sent: readonly unknown[]): readonly number[] {
  const ids = sent.filter((each) => typeof each === 'string' && /^\d{1,15}$/.test(each));
  return [...new Set(ids.map(Number))];
}

/** Undefined if nothing is selected. @throws {SelectionError} if too much is. */
export function someSelectionIn<Row>(table: Table<Row>, body: unknown): Selection | undefined {
  try {
    return selectionIn(table, body);
  } catch (error) {
    if (error instanceof SelectionError && error.key === nothing) {
      return undefined;
    }
    throw error;
  }
}

function fieldsIn(body: unknown): {
  id?: unknown;
  ids?: unknown;
  matching?: unknown;
  query?: unknown;
} {
  return typeof body === 'object' && body !== null ? body : {};
}
