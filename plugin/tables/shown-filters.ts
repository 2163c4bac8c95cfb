import type { FieldErrors } from '../errors.js';
import type { Language } from '../web/locale.js';
import {
  type Filter,
  type FilterState,
  type RangeFilter,
  isTyped,
  isUnfiltered,
  keysOf,
  without,
} from './filter.js';
import { type End, endKey, ends, rangeText } from './range.js';
import type { Table } from './table.js';
import { type TableState, tableQuery } from './table-state.js';

/** A filter as its control shows it. */
interface FilterControl {
  readonly key: string;
  readonly kind: Filter['kind'];
  readonly label: string;
  readonly options: readonly { readonly value: string; readonly text: string }[];
  /** The kind of thing to pick, or whose names are suggested. */
  readonly of: string | undefined;
  /** The fields of a range. */
  readonly ends: readonly {
    readonly name: string;
    readonly label: string;
    readonly type: string;
  }[];
}

/** A filter's value, and the query without it. */
interface ShownFilter {
  readonly key: string;
  readonly label: string;
  /** The label and the values, such as `Mail service: Off`. */
  readonly text: string;
  readonly query: string;
  readonly error: string | undefined;
}

/** The content of the controls: the same object for a table and a language while no filter is set. */
interface FilterForm {
  readonly controls: readonly FilterControl[];
  readonly values: FilterState;
  /** Keys of filters with an error. */
  readonly invalid: readonly string[];
  /** Whether the search field's button submits both. */
  readonly canSearch: boolean;
}

export interface ShownFilters {
  readonly form: FilterForm;
  readonly set: readonly ShownFilter[];
  /** The query without filters. */
  readonly cleared: string;
}

/** @param refusals why names did not identify one thing. */
export function shownFilters<Row>(
  table: Table<Row>,
  state: TableState,
  { language, refusals }: ShownTo,
): ShownFilters {
  const unset = unsetForm(table, language);
  if (isUnfiltered(state.filters)) {
    return { form: unset, set: [], cleared: '?' };
  }
  const to = (filters: FilterState): string => tableQuery(table, state, { filters });
  return {
    form: { ...unset, values: state.filters, invalid: Object.keys(refusals) },
    cleared: to({}),
    set: (table.filters ?? []).flatMap((filter) => {
      const { key } = filter;
      const label = language.t(filter.label);
      const text = textOf(filter, state.filters, language);
      const refusal = refusals[key];
      return text === undefined
        ? []
        : [
            {
              key,
              label,
              text: `${label}${language.t('form.colon')} ${text}`,
              query: to(without(state.filters, keysOf(filter))),
              error: refusal && language.t(refusal.key, refusal.args),
            },
          ];
    }),
  };
}

interface ShownTo {
  readonly language: Language;
  readonly refusals: FieldErrors;
}

/** What a filter is set to; undefined if it is not. */
function textOf(filter: Filter, state: FilterState, language: Language): string | undefined {
  if (filter.kind === 'range') {
    return rangeText(filter, state, language);
  }
  const text = (value: string): string => (isTyped(filter) ? value : filter.text(value, language));
  const values = state[filter.key];
  return values && language.list(values.map(text));
}

const known = new WeakMap<object, Map<string, FilterForm>>();

function unsetForm<Row>(table: Table<Row>, language: Language): FilterForm {
  const ofTable = known.get(table) ?? new Map<string, FilterForm>();
  known.set(table, ofTable);
  const found = ofTable.get(language.locale) ?? {
    controls: (table.filters ?? []).map((each) => controlOf(each, language)),
    values: {},
    invalid: [],
    canSearch: table.search !== undefined,
  };
  ofTable.set(language.locale, found);
  return found;
}

function controlOf(filter: Filter, language: Language): FilterControl {
  const { key, kind, label } = filter;
  const none = { key, kind, label: language.t(label), options: [], of: undefined, ends: [] };
  if (filter.kind === 'range') {
    return { ...none, ends: ends.map((end) => fieldOf(filter, end, language)) };
  }
  if (isTyped(filter)) {
    return { ...none, of: filter.of?.key };
  }
  return {
    ...none,
    options: Object.keys(filter.options).map((value) => ({
      value,
      text: filter.text(value, language),
    })),
  };
}

function fieldOf(filter: RangeFilter, end: End, { t }: Language): FilterControl['ends'][number] {
  return {
    name: endKey(filter, end),
    label: t(`table.range.${end}`),
    type: filter.measure === 'date' ? 'date' : 'text',
  };
}
