import type { Language } from '../web/locale.js';

export const formats = ['xlsx', 'csv', 'pdf'] as const;
export type Format = (typeof formats)[number];

export type Kind = 'text' | 'number' | 'identifier' | 'date' | 'dateTime';

/** Dates are in ms since 1970. A text may replace a missing number or date, such as `No limit`. */
export type Value = string | number | undefined;

/** The values of a row, in the order of the headings. */
export type Values = readonly Value[];

interface ExportedHeading {
  readonly text: string;
  readonly kind: Kind;
  /** Whether the column names the rows. */
  readonly isName?: boolean;
}

/** The metadata of a file of exported rows. */
export interface ExportedList {
  readonly title: string;
  /** The search and the filters in words, if the rows are not all of the list. */
  readonly narrowedBy: readonly string[];
  readonly headings: readonly ExportedHeading[];
  readonly language: Language;
  /** In ms since 1970. */
  readonly madeAt: number;
  readonly rowCount: number;
}

/**
 * Writes a file of rows chunk by chunk. It asks for rows only when a chunk is asked for, so memory does not grow with
 * either.
 */
export type WriteList = (
  list: ExportedList,
  batches: AsyncIterable<readonly Values[]>,
) => AsyncIterable<Uint8Array>;

/** `2026-11-22`, in the panel's time zone, as pages show it. */
export function isoDate(ms: number): string {
  const at = new Date(ms);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** `2026-11-22 15:04:05` */
export function isoDateTime(ms: number): string {
  const at = new Date(ms);
  return `${isoDate(ms)} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
