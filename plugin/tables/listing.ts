import type { Scope } from '../viewing/scope.js';
import type { TableState } from './table-state.js';

/** The rows of a table that a viewer can see on one of its pages. */
export interface ListBounds {
  readonly scope: Scope;
  /** The ID of the parent, such as a domain, for lists of one parent's rows; `every` for the rows of all. */
  readonly parent?: number | 'every' | undefined;
}

/** A request to a table: rows within bounds, in the state of the URL. */
export interface Listing extends ListBounds {
  /** The keys of the columns to read; all if left out. */
  readonly columns?: readonly string[] | undefined;
  readonly state: TableState;
}
