import type { FieldErrors } from '../errors.js';
import type { Language } from '../web/locale.js';
import { type Filter, type FilterState, isUnfiltered, without } from './filter.js';
import type { Table } from './table.js';
import { type TableState, tableQuery } from './table-state.js';

/** A filter as its control shows it. */
interface FilterControl {
  readonly key: string;
  readonly kind: Filter['kind'];
  readonly label: string;
  readonly options: readonly { readonly value: string; readonly text: string }[];
  /** The kind of thing to pick. */
  readonly of: string | undefined;
}

/** A filter's value, and the query without it. */
interface ShownFilter {
  readonly key: string;
  readonly label: string;
  /** The label and the values, such as `Mail service: Off`. */
  readonly words: string;
  readonly query: string;
  readonly error: string | undefined;
}

export interface ShownFilters {
  readonly controls: readonly FilterControl[];
  /** Draws the controls, once for all pages below a mount while none is set. */
  drawn(mount: string, draw: () => string): string;
  readonly values: FilterState;
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
  const { controls, drawing } = controlsFor(table, language);
  if (isUnfiltered(state.filters)) {
    const drawn = drawing.of.bind(drawing);
    return { controls, drawn, values: state.filters, set: [], cleared: '?' };
  }
  const to = (filters: FilterState): string => tableQuery(table, state, { filters });
  return {
    controls,
    drawn: (_mount, draw) => draw(),
    values: state.filters,
    cleared: to({}),
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
              words: `${label}${language.t('form.colon')} ${language.list(values.map((value) => textOf(control, value)))}`,
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

interface Controls {
  readonly controls: readonly FilterControl[];
  readonly drawing: Drawing;
}

/** Controls that nothing is set in are the same on every page: what was drawn last is kept. */
class Drawing {
  #mount: string | undefined;
  #html = '';

  of(mount: string, draw: () => string): string {
    if (mount !== this.#mount) {
      // Blank lines that templates leave would be compressed on every page.
      this.#html = draw().replaceAll(/\n+/g, '\n');
      this.#mount = mount;
    }
    return this.#html;
  }
}

const known = new WeakMap<object, Map<string, Controls>>();
const none: readonly Filter[] = [];

/** The same for a table's filters and a language. */
function controlsFor<Row>({ filters = none }: Table<Row>, language: Language): Controls {
  const ofTable = known.get(filters) ?? new Map<string, Controls>();
  known.set(filters, ofTable);
  const found = ofTable.get(language.locale);
  if (found !== undefined) {
    return found;
  }
  const made = {
    controls: filters.map((each) => controlOf(each, language)),
    drawing: new Drawing(),
  };
  ofTable.set(language.locale, made);
  return made;
}

function controlOf(filter: Filter, language: Language): FilterControl {
  const { key, kind, label } = filter;
  const named = { key, kind, label: language.t(label) };
  return filter.kind === 'thing'
    ? { ...named, options: [], of: filter.of.key }
    : {
        ...named,
        options: Object.keys(filter.options).map((value) => ({
          value,
          text: filter.text(value, language),
        })),
        of: undefined,
      };
}
