import type { Database } from '../database/database.js';
import type { Scope } from '../viewing/scope.js';
import { type ChoiceFilter, type Filter, type FilterState, isUnfiltered } from './filter.js';
import { NamedThings } from './named-things.js';
import type { Table } from './table.js';

/** An active filter with the values to compare; without values, no row matches. */
export interface SetFilter {
  readonly filter: Filter;
  readonly values: readonly (string | number)[];
  /** Whether most rows have one of the values. */
  readonly isCommon: boolean;
}

/** Resolves filter values. */
export class TableFilters {
  readonly #filters: readonly Filter[];
  readonly #things: ReadonlyMap<string, NamedThings<object>>;

  constructor(db: Database, { filters = [] }: Pick<Table<never>, 'filters'>) {
    this.#filters = filters;
    this.#things = new Map(
      filters.flatMap((each) =>
        each.kind === 'thing' ? [[each.key, new NamedThings<object>(db, each.of)] as const] : [],
      ),
    );
  }

  async set(scope: Scope, state: FilterState): Promise<readonly SetFilter[]> {
    return isUnfiltered(state)
      ? []
      : await Promise.all(
          this.#filters
            .filter(({ key }) => state[key] !== undefined)
            .map((filter) => this.#setTo(filter, state[filter.key] ?? [], scope)),
        );
  }

  async #setTo(filter: Filter, chosen: readonly string[], scope: Scope): Promise<SetFilter> {
    if (filter.kind === 'text') {
      const stored = filter.stored(chosen[0] ?? '');
      return { filter, values: stored === undefined ? [] : [stored], isCommon: false };
    }
    if (filter.kind !== 'thing') {
      return {
        filter,
        values: chosen.map((option) => storedAs(filter, option)),
        isCommon: chosen.some((option) => filter.many?.includes(option) === true),
      };
    }
    const found = await this.#things.get(filter.key)?.named(scope, chosen[0] ?? '');
    const [thing] = found?.length === 1 ? found : [];
    return { filter, values: thing === undefined ? [] : [thing.id], isCommon: false };
  }
}

function storedAs({ options }: ChoiceFilter, option: string): string | number {
  const stored = options[option] ?? '';
  return typeof stored === 'function' ? stored() : stored;
}
