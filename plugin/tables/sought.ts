import type { Params } from '../database/prepared-shapes.js';
import { type Scope, scopeColumn } from '../viewing/scope.js';
import type { ListBounds } from './listing.js';
import type { Candidates } from './search-index.js';

/** Which rows a query is about: what its text depends on, and the values that it is run with. */
export interface Sought {
  readonly scope: Scope;
  readonly candidates: Candidates;
  readonly values: Params;
}

export function soughtIn({ scope, parent = 0 }: ListBounds, candidates: Candidates): Sought {
  return {
    scope,
    candidates,
    values: {
      accountId: scopeColumn(scope)?.accountId ?? 0,
      parentId: parent,
      ids: candidates.kind === 'ids' ? JSON.stringify(candidates.ids) : '',
      ...Object.fromEntries(candidates.words.map((word, index) => [`word${index}`, word])),
    },
  };
}

/** All that tells the text of one query of a table from that of another. */
export function shapeOf({ scope, candidates }: Sought): readonly unknown[] {
  return [scope.kind, candidates.kind, candidates.shape];
}
