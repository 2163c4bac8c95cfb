import type { Scope } from '../viewing/scope.js';
import type { TableState } from './table-state.js';

/** The rows of a table that a viewer may see on one of its pages. */
export interface ListBounds {
  readonly scope: Scope;
  /** The id of the parent, such as a domain, of a table that shows the rows of one alone. */
  readonly parent?: number | undefined;
}

/** What is asked of a table: rows within bounds, as its URL says. */
export interface Listing extends ListBounds {
  readonly state: TableState;
}
