import type { FieldError } from '../errors.js';
import type { Language } from '../web/locale.js';
import { bytesIn } from '../web/typed-size.js';
import type { FilterState, RangeFilter } from './filter.js';

/** The ends of a range, both included. */
export const ends = ['from', 'to'] as const;
export type End = (typeof ends)[number];

/** What a range is measured in. */
export type Measure = 'number' | 'bytes' | 'date';

interface Measured {
  /** The stored value of a typed one; undefined if it is none. */
  valueOf(text: string, end: End): number | undefined;
  shown(value: number, language: Language): string;
  /** How `--where` writes a value. */
  readonly usage: string;
}

const measures: Readonly<Record<Measure, Measured>> = {
  number: {
    valueOf: (text) => (/^\d{1,15}$/.test(text) ? Number(text) : undefined),
    shown: (value, { number }) => number(value),
    usage: 'NUMBER',
  },
  bytes: { valueOf: bytesIn, shown: (value, { bytes }) => bytes(value), usage: 'SIZE' },
  date: { valueOf: momentOf, shown: (value, { date }) => date(value), usage: 'YYYY-MM-DD' },
};

/** The name of an end in a URL and among the set filters. */
export function endKey({ key }: Pick<RangeFilter, 'key'>, end: End): string {
  return `${key}-${end}`;
}

/** An end of a range as it was typed; without a value if the text is not valid. */
export interface SetEnd {
  readonly end: End;
  readonly text: string;
  readonly value: number | undefined;
}

/** The ends of a range that are set. */
export function endsSet(filter: RangeFilter, state: FilterState): readonly SetEnd[] {
  return ends.flatMap((end) => {
    const [text] = state[endKey(filter, end)] ?? [];
    const measure = measures[filter.measure];
    return text === undefined ? [] : [{ end, text, value: measure.valueOf(text, end) }];
  });
}

/** A range in words, such as `from 1 GB`; an invalid text stays as it was typed. */
export function rangeText(
  filter: RangeFilter,
  state: FilterState,
  language: Language,
): string | undefined {
  const set = endsSet(filter, state);
  const [first] = set;
  if (first === undefined) {
    return undefined;
  }
  const shown = set.map(({ end, text, value }) => [
    end,
    value === undefined ? text : measures[filter.measure].shown(value, language),
  ]);
  const texts = filter.measure === 'date' ? 'dates' : 'values';
  return language.t(
    `table.range.${texts}.${set.length === 1 ? first.end : 'between'}`,
    Object.fromEntries(shown),
  );
}

/** Why no row can be in a range, if so. */
export function rangeRefusal(filter: RangeFilter, state: FilterState): FieldError | undefined {
  const set = endsSet(filter, state);
  const wrong = set.find(({ value }) => value === undefined);
  if (wrong !== undefined) {
    return { key: `table.range.errors.${filter.measure}`, args: { text: wrong.text } };
  }
  const [from, to] = set.map(({ value = 0 }) => value);
  return from !== undefined && to !== undefined && from > to
    ? { key: 'table.range.errors.reversed', args: {} }
    : undefined;
}

/** How `--where` writes a range. */
export function rangeUsage({ key, measure }: RangeFilter): string {
  const { usage } = measures[measure];
  return `${key}>=${usage}, ${key}<=${usage}`;
}

/** The first or last millisecond of a day here. */
function momentOf(text: string, end: End): number | undefined {
  const [match, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  const index = Number(month) - 1;
  const start = new Date(Number(year), index, Number(day));
  if (match === undefined || start.getMonth() !== index) {
    return undefined;
  }
  return end === 'from' ? start.getTime() : start.setDate(start.getDate() + 1) - 1;
}
