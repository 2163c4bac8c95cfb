import type { Database } from '../database/database.js';
import type { FieldError, FieldErrors } from '../errors.js';
import type { Scope } from '../viewing/scope.js';
import { type Filter, type FilterState, isUnfiltered, keysOf } from './filter.js';
import { Picker } from './picker.js';
import { rangeRefusal } from './range.js';
import type { AnyTable } from './table.js';

/** Reports why a name in a filter does not identify one thing, or a range is none; the list is then empty. */
export class FilterRefusals {
  readonly #filters: readonly Filter[];
  readonly #pickers: ReadonlyMap<string, Picker<object>>;

  constructor(db: Database, { filters = [] }: AnyTable) {
    this.#filters = filters;
    this.#pickers = new Map(
      filters.flatMap((each) =>
        each.kind === 'thing' ? [[each.key, new Picker<object>(db, each.of)] as const] : [],
      ),
    );
  }

  /** @returns refusals by the key of their filter. */
  async of(scope: Scope, state: FilterState): Promise<FieldErrors> {
    if (isUnfiltered(state)) {
      return {};
    }
    const found = await Promise.all(
      this.#filters
        .filter((filter) => keysOf(filter).some((key) => state[key] !== undefined))
        .map(async (filter) => {
          const refusal = await this.#refusal(filter, scope, state);
          return refusal === undefined ? [] : [[filter.key, refusal] as const];
        }),
    );
    return Object.fromEntries(found.flat());
  }

  async #refusal(
    filter: Filter,
    scope: Scope,
    state: FilterState,
  ): Promise<FieldError | undefined> {
    if (filter.kind === 'range') {
      return rangeRefusal(filter, state);
    }
    const [name = ''] = state[filter.key] ?? [];
    if (filter.kind === 'text') {
      return filter.stored(name) === undefined
        ? { key: filter.invalid, args: { text: name } }
        : undefined;
    }
    const picker = this.#pickers.get(filter.key);
    return picker === undefined || (await picker.namesOne(scope, name))
      ? undefined
      : await picker.refusal(scope, name);
  }
}
