import type { Database } from '../database/database.js';
import type { Scope } from '../viewing/scope.js';
import {
  type ChoiceFilter,
  type Filter,
  type FilterState,
  type RangeFilter,
  isTyped,
  isUnfiltered,
  keysOf,
} from './filter.js';
import { NamedThings } from './named-things.js';
import { type SetEnd, endsSet } from './range.js';
import type { Table } from './table.js';

type Comparison = '=' | 'like' | '>=' | '<=';

/** An active filter with the values to compare; without values, no row matches. */
export interface SetFilter {
  readonly filter: Filter;
  readonly values: readonly (string | number)[];
  readonly compare: Comparison;
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
    if (isUnfiltered(state)) {
      return [];
    }
    const set = await Promise.all(
      this.#filters
        .filter((filter) => keysOf(filter).some((key) => state[key] !== undefined))
        .map((filter) => this.#setTo(filter, state, scope)),
    );
    return set.flat();
  }

  async #setTo(filter: Filter, state: FilterState, scope: Scope): Promise<readonly SetFilter[]> {
    if (filter.kind === 'range') {
      return endsSet(filter, state).map((each) => comparedTo(filter, each));
    }
    const chosen = state[filter.key] ?? [];
    if (!isTyped(filter)) {
      return [chosenAmong(filter, chosen)];
    }
    const [text = ''] = chosen;
    const value =
      filter.kind === 'text' ? filter.stored(text) : await this.#idOf(filter, scope, text);
    const values = value === undefined ? [] : [value];
    return [{ filter, values, compare: '=', isCommon: false }];
  }

  async #idOf({ key }: Filter, scope: Scope, name: string): Promise<string | number | undefined> {
    const found = await this.#things.get(key)?.named(scope, name);
    return found?.length === 1 ? found[0]?.id : undefined;
  }
}

function chosenAmong(filter: ChoiceFilter, chosen: readonly string[]): SetFilter {
  return {
    filter,
    values: chosen.map((option) => storedAs(filter, option)),
    compare: filter.kind === 'choice' ? (filter.compare ?? '=') : '=',
    isCommon: chosen.some((option) => filter.many?.includes(option) === true),
  };
}

function comparedTo(filter: RangeFilter, { end, value }: SetEnd): SetFilter {
  const values = value === undefined ? [] : [value];
  return { filter, values, compare: end === 'from' ? '>=' : '<=', isCommon: false };
}

function storedAs({ options }: ChoiceFilter, option: string): string | number {
  const stored = options[option] ?? '';
  return typeof stored === 'function' ? stored() : stored;
}
