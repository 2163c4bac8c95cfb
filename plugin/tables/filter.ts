import type { Scope } from '../viewing/scope.js';
import type { Language } from '../web/locale.js';
import type { AnyPickable } from './pickable.js';
import type { Table } from './table.js';

interface Compared {
  /** Its name in a URL and in `--where`. */
  readonly key: string;
  /** The key of its label. */
  readonly label: string;
  /** What is compared, as SQL that stands in every query of the table. */
  readonly sql: string;
  /** Where an index leads to the rows in the list's first order; elsewhere they are met while walking the list. */
  readonly indexed?: readonly Scope['kind'][];
}

/** One of some values, or several of them. */
export interface ChoiceFilter extends Compared {
  readonly kind: 'choice' | 'several';
  /** What is stored, by what a URL says; a function for what depends on the time. */
  readonly options: Readonly<Record<string, string | number | (() => number)>>;
  /** Options that most rows have: walking the list meets them at once, and an index would have them sorted. */
  readonly many?: readonly string[];
  readonly compare?: '=' | 'like' | '>=';
  readonly text: (option: string, language: Language) => string;
}

/** A thing that is picked by its name, compared by its id. */
interface ThingFilter extends Compared {
  readonly kind: 'thing';
  readonly of: AnyPickable;
}

/** What narrows a list beside its search, declared once by its feature. */
export type Filter = ChoiceFilter | ThingFilter;

/** What filters are set to: options, or the name of a thing as it was typed. */
export type FilterState = Readonly<Record<string, readonly string[]>>;

export const noFilters: FilterState = {};

const longestName = 320;

/** Reads a URL's query. What is no filter, or no option of one, is not there. */
export function filtersIn<Row>(
  { filters = [] }: Table<Row>,
  query: Readonly<Record<string, unknown>>,
): FilterState {
  const set = filters
    .map((filter) => [filter.key, valuesIn(filter, query[filter.key])] as const)
    .filter(([, values]) => values.length > 0);
  return set.length === 0 ? noFilters : Object.fromEntries(set);
}

function valuesIn(filter: Filter, sent: unknown): readonly string[] {
  const texts = [sent].flat().filter((each) => typeof each === 'string');
  if (filter.kind === 'thing') {
    const name = (texts[0] ?? '')
      .replaceAll(/\p{Cc}/gu, ' ')
      .trim()
      .slice(0, longestName);
    return name === '' ? [] : [name];
  }
  const wanted = new Set(texts.flatMap((text) => text.split(',')));
  const chosen = Object.keys(filter.options).filter((option) => wanted.has(option));
  return filter.kind === 'several' ? chosen : chosen.slice(0, 1);
}

/** Writes into a URL's query what `filtersIn` reads. */
export function writeFilters(query: URLSearchParams, filters: FilterState): void {
  for (const [key, values] of Object.entries(filters)) {
    query.set(key, values.join(','));
  }
}

export function without(filters: FilterState, key: string): FilterState {
  return Object.fromEntries(Object.entries(filters).filter(([each]) => each !== key));
}
