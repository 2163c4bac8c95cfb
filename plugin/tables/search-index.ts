import type { Database } from '../database/database.js';
import type { FoldedSearch } from '../database/engine.js';
import { type Scope, scopeColumn } from '../viewing/scope.js';
import type { TableSearch } from './table.js';

/** Counting stops here, since an exact count of a common word costs more than the page. */
export const mostCounted = 1000;

/** Each word that may have the error is a query. */
const mostTried = 2;

/** Rows that may match: those with some IDs, or any that a scan meets, in the list's order or by ID. */
export type Candidates = {
  readonly shape: string;
  readonly words: readonly string[];
} & (
  | { readonly kind: 'walk' | 'walk-by-id' }
  | { readonly kind: 'ids'; readonly column: string; readonly ids: readonly number[] }
);

/** Finds the IDs of matching rows, if the list has a search index. */
export class TableSearchIndex {
  readonly #idColumn: string;
  readonly #search: FoldedSearch | undefined;
  readonly #scopes: readonly Scope['kind'][] | undefined;

  constructor(db: Database, search: TableSearch | undefined) {
    this.#idColumn = search?.id ?? '';
    this.#search = search?.index && db.engine.foldedSearch(db, search.index.table);
    this.#scopes = search?.index?.scopes;
  }

  /**
   * Looks up rare words in the index. Common ones are found by scanning the list in its order, while sorting all
   * matches would take longer the more there are.
   */
  async candidates(scope: Scope, words: readonly string[]): Promise<Candidates> {
    const shape = String(words.length);
    const found =
      words.length === 0 || this.#scopes?.includes(scope.kind) === false
        ? undefined
        : await this.#search?.idsWith(words, { owner: scopeColumn(scope), most: mostCounted });
    return found === undefined || found.length > mostCounted
      ? { kind: 'walk', shape, words }
      : { kind: 'ids', shape, words, column: this.#idColumn, ids: found };
  }

  /** Rows that may match if one of the words has a typing error; none where the index does not tell. */
  async *near(scope: Scope, words: readonly string[]): AsyncGenerator<Candidates> {
    if (this.#search === undefined || this.#scopes?.includes(scope.kind) === false) {
      return;
    }
    const longest = words.toSorted((a, b) => b.length - a.length).slice(0, mostTried);
    for (const word of longest) {
      const others = words.filter((each) => each !== word);
      const limits = { owner: scopeColumn(scope), most: mostCounted };
      const ids = await this.#search.idsNear(word, others, limits);
      if (ids.length > 0) {
        yield { kind: 'ids', shape: 'near', words: [], column: this.#idColumn, ids };
      }
    }
  }
}
