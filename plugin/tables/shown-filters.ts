import type { FieldErrors } from '../errors.js';
import type { Viewer } from '../viewing/viewer.js';
import type { Language, Locale } from '../web/locale.js';
import { type Filter, type FilterState, noFilters, without } from './filter.js';
import type { Table } from './table.js';
import { type TableState, tableQuery } from './table-state.js';

/** A filter as its control shows it. */
interface FilterControl {
  readonly key: string;
  readonly kind: Filter['kind'];
  readonly label: string;
  readonly options: readonly { readonly value: string; readonly text: string }[];
  /** The kind of thing that is picked. */
  readonly of: string | undefined;
  readonly permission: string | undefined;
}

/** What a filter is set to, and the query without it. */
interface ShownFilter {
  readonly key: string;
  readonly label: string;
  readonly text: string;
  readonly query: string;
  readonly error: string | undefined;
}

export interface ShownFilters {
  readonly controls: readonly FilterControl[];
  readonly values: FilterState;
  readonly set: readonly ShownFilter[];
  /** The query without any of them. */
  readonly cleared: string;
}

/** @param refusals why things that were named are not found. */
export function shownFilters<Row>(
  table: Table<Row>,
  state: TableState,
  { viewer, language, refusals }: ShownTo,
): ShownFilters {
  const controls = controlsOf(table, language);
  const to = (filters: FilterState): string => tableQuery(table, state, { filters });
  return {
    controls: controls.filter(
      ({ permission }) => permission === undefined || viewer.permissions.has(permission),
    ),
    values: state.filters,
    cleared: to(noFilters),
    set: controls.flatMap((control) => {
      const { key, label } = control;
      const values = state.filters[key];
      const refusal = refusals[key];
      return values === undefined
        ? []
        : [
            {
              key,
              label,
              text: language.list(values.map((value) => textOf(control, value))),
              query: to(without(state.filters, key)),
              error: refusal && language.t(refusal.key, refusal.args),
            },
          ];
    }),
  };
}

interface ShownTo {
  readonly viewer: Viewer;
  readonly language: Language;
  readonly refusals: FieldErrors;
}

function textOf({ options }: FilterControl, value: string): string {
  return options.find((option) => option.value === value)?.text ?? value;
}

const known = new WeakMap<object, Map<Locale, readonly FilterControl[]>>();

/** The same on every page of a table in a language. */
function controlsOf<Row>(table: Table<Row>, language: Language): readonly FilterControl[] {
  const byLocale = known.get(table) ?? new Map<Locale, readonly FilterControl[]>();
  known.set(table, byLocale);
  const controls =
    byLocale.get(language.locale) ?? table.filters?.map((each) => controlOf(each, language)) ?? [];
  byLocale.set(language.locale, controls);
  return controls;
}

function controlOf(filter: Filter, language: Language): FilterControl {
  const { key, kind, label } = filter;
  const named = { key, kind, label: language.t(label) };
  return filter.kind === 'thing'
    ? { ...named, options: [], of: filter.of.key, permission: filter.of.permission }
    : {
        ...named,
        options: Object.keys(filter.options).map((value) => ({
          value,
          text: filter.text(value, language),
        })),
        of: undefined,
        permission: undefined,
      };
}
