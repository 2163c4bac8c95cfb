import type { Language } from '../web/locale.js';

export const formats = ['xlsx', 'csv', 'pdf'] as const;
export type Format = (typeof formats)[number];

export type Kind = 'text' | 'number' | 'date' | 'dateTime';

/** A date is in ms since 1970. A text may stand where a number or a date is missing, such as `No limit`. */
export type Value = string | number | undefined;

/** The values of a row, in the order of the headings. */
export type Values = readonly Value[];

/** What a file of exported rows says beside them. */
export interface ExportedList {
  readonly title: string;
  /** What was searched for, where the rows are not all there are. */
  readonly filter?: string | undefined;
  readonly headings: readonly { readonly text: string; readonly kind: Kind }[];
  readonly language: Language;
  /** In ms since 1970. */
  readonly madeAt: number;
  readonly rowCount: number;
}

/**
 * Makes a file of rows, chunk by chunk. It asks for the next rows only when the next chunk is asked for, so that memory
 * does not grow with either.
 */
export type WriteList = (
  list: ExportedList,
  batches: AsyncIterable<readonly Values[]>,
) => AsyncIterable<Uint8Array>;

/** `2026-11-22`, in the time zone of the panel, as its pages show it. */
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
