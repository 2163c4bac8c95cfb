import type { Database } from '../database/database.js';
import type { Language } from '../web/locale.js';
import { isUnfiltered } from './filter.js';
import type { Listing } from './listing.js';
import type { Candidates } from './search-index.js';
import { type Sought, soughtIn } from './sought.js';
import { SoughtRows } from './sought-rows.js';
import { type SearchedRow, type SpelledSearch, asWritten, nearestSpellings } from './spellings.js';
import { type Table, valueColumns } from './table.js';

/** Searches that find something, instead of one that found nothing. */
export interface FoundNear {
  readonly texts: readonly string[];
  /** Whether they only find something without the filters. */
  readonly isUnfiltered: boolean;
}

/** Rows whose texts are compared: all of a customer's, but few of a whole installation's. */
const mostCompared = 500;
const mostOffered = 3;

/**
 * Corrects the typing errors of a search. It only reads rows that the list shows to its viewer, so that nobody learns
 * others' names.
 */
export class NearSearches<Row extends object> {
  readonly #table: Table<Row>;
  readonly #found: SoughtRows<Row>;

  constructor(db: Database, table: Table<Row>) {
    this.#table = table;
    this.#found = new SoughtRows(db, table);
  }

  /**
   * At most three, the nearest first; none for a list that cannot be searched. Without the filters if none is near within
   * them.
   */
  async of(listing: Listing, language: Language): Promise<FoundNear> {
    const { scope, state } = listing;
    if (this.#table.search === undefined) {
      return { texts: [], isUnfiltered: false };
    }
    const filters = await this.#found.filters.set(scope, state.filters);
    const within = await this.#among(this.#near(listing), listing, { filters, language });
    if (within.length > 0 || isUnfiltered(state.filters)) {
      return { texts: within, isUnfiltered: false };
    }
    const any = this.#exactOrNear(listing);
    return {
      texts: await this.#among(any, listing, { filters: [], language }),
      isUnfiltered: true,
    };
  }

  async *#near({ scope, state: { words } }: Listing): AsyncGenerator<Candidates> {
    yield* this.#found.index.near(scope, words);
    // Parts are in no order that could be walked.
    if (this.#table.parts === undefined) {
      yield { kind: 'walk', shape: 'near', words: [] };
    }
  }

  async *#exactOrNear(listing: Listing): AsyncGenerator<Candidates> {
    yield await this.#found.index.candidates(listing.scope, listing.state.words);
    yield* this.#near(listing);
  }

  async #among(
    candidates: AsyncGenerator<Candidates>,
    listing: Listing,
    { filters, language }: Pick<Sought, 'filters'> & { readonly language: Language },
  ): Promise<readonly string[]> {
    for await (const each of candidates) {
      const rows = await this.#texts(soughtIn(listing, each, filters));
      const nearest = nearestSpellings(rows, listing.state.words).slice(0, mostOffered);
      if (nearest.length > 0) {
        return await this.#written(listing, nearest, language);
      }
    }
    return [];
  }

  async #texts(sought: Sought): Promise<readonly SearchedRow[]> {
    const rows = await this.#found.run(
      'texts',
      sought,
      this.#found.sql.texts(sought, mostCompared),
    );
    return rows.map((row) => ({
      id: Number(Reflect.get(row, 'id')),
      text: String(Reflect.get(row, 'text') ?? ''),
    }));
  }

  /** With the case and the accents of the rows' cells. */
  async #written(
    listing: Listing,
    spelled: readonly SpelledSearch[],
    language: Language,
  ): Promise<readonly string[]> {
    const { search } = this.#table;
    const ids = spelled.map(({ id }) => id);
    const sought = soughtIn(listing, {
      kind: 'ids',
      shape: 'by id',
      words: [],
      column: search?.id ?? '',
      ids,
    });
    const rows = await this.#found.run('rows', sought, this.#found.sql.all(sought));
    const texts = rows.flatMap((row) =>
      valueColumns(this.#table).map((column) => column.cell(row, language).text),
    );
    return [...new Set(spelled.map(({ words }) => asWritten(words, texts)))];
  }
}
