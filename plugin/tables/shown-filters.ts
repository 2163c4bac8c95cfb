import type { FieldErrors } from '../errors.js';
import type { Language } from '../web/locale.js';
import { type Filter, type FilterState, isNamed, isUnfiltered, without } from './filter.js';
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
    form: { ...unset, values: state.filters },
    cleared: to({}),
    set: unset.controls.flatMap((control) => {
      const { key, label } = control;
      const values = state.filters[key];
      const refusal = refusals[key];
      return values === undefined
        ? []
        : [
            {
              key,
              label,
              text: `${label}${language.t('form.colon')} ${language.list(values.map((value) => textOf(control, value)))}`,
              query: to(without(state.filters, key)),
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

function textOf({ options }: FilterControl, value: string): string {
  return options.find((option) => option.value === value)?.text ?? value;
}

const known = new WeakMap<object, Map<string, FilterForm>>();

function unsetForm<Row>(table: Table<Row>, language: Language): FilterForm {
  const ofTable = known.get(table) ?? new Map<string, FilterForm>();
  known.set(table, ofTable);
  const found = ofTable.get(language.locale) ?? {
    controls: (table.filters ?? []).map((each) => controlOf(each, language)),
    values: {},
    canSearch: table.search !== undefined,
  };
  ofTable.set(language.locale, found);
  return found;
}

function controlOf(filter: Filter, language: Language): FilterControl {
  const { key, kind, label } = filter;
  const named = { key, kind, label: language.t(label) };
  return isNamed(filter)
    ? { ...named, options: [], of: filter.of?.key }
    : {
        ...named,
        options: Object.keys(filter.options).map((value) => ({
          value,
          text: filter.text(value, language),
        })),
        of: undefined,
      };
}
