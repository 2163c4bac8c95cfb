import type { Database } from '../database/database.js';
import type { FieldErrors } from '../errors.js';
import type { Scope } from '../viewing/scope.js';
import { type FilterState, isUnfiltered } from './filter.js';
import { Picker } from './picker.js';
import type { AnyTable } from './table.js';

/** Reports why a name in a filter does not identify one thing; the list is then empty. */
export class FilterRefusals {
  readonly #pickers: ReadonlyMap<string, Picker<object>>;

  constructor(db: Database, { filters = [] }: AnyTable) {
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
      [...this.#pickers].map(async ([key, picker]) => {
        const [name] = state[key] ?? [];
        return name === undefined || (await picker.namesOne(scope, name))
          ? []
          : [[key, await picker.refusal(scope, name)] as const];
      }),
    );
    return Object.fromEntries(found.flat());
  }
}
