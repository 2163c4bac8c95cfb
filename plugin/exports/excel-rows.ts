import type { Kind, Values } from './exported-list.js';

export interface SheetColumn {
  /** `A`, `B` and so on. */
  readonly name: string;
  readonly kind: Kind;
  readonly style: number;
}

/** A row as SpreadsheetML with inline texts: a table of shared ones would have to be kept in memory. */
export function rowXml(row: Values, number: number, columns: readonly SheetColumn[]): string {
  let xml = `<row r="${number}">`;
  for (let index = 0; index < columns.length; index += 1) {
    const value = row[index];
    const column = columns[index];
    if (value !== undefined && value !== '' && column !== undefined) {
      const cell = `<c r="${column.name}${number}" s="${column.style}"`;
      xml +=
        typeof value === 'string'
          ? `${cell} t="inlineStr"><is><t xml:space="preserve">${xmlText(value)}</t></is></c>`
          : `${cell}><v>${column.kind === 'number' || column.kind === 'identifier' ? value : serial(value, column.kind)}</v></c>`;
    }
  }
  return `${xml}</row>`;
}

/** 0 is `A`, 26 is `AA`. */
export function columnName(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : columnName(Math.floor(index / 26) - 1) + letter;
}

/** Excel's limit for a cell. */
const longestText = 32_767;
const dayMs = 24 * 60 * 60 * 1000;
const minuteMs = 60 * 1000;
/** Days from the start of Excel's calendar to 1970. */
const daysBefore1970 = 25_569;

/** Excel counts days and knows no time zones: it gets the time that the pages show. */
function serial(ms: number, kind: Kind): number {
  const local = ms - new Date(ms).getTimezoneOffset() * minuteMs;
  const days = local / dayMs + daysBefore1970;
  return kind === 'date' ? Math.floor(days) : days;
}

const markup = /[<>&]/;
const rare = /[^\P{Cc}\t\n\u007F-\u009F]|[\uFFFE\uFFFF]|_x[\dA-Fa-f]{4}_/u;
/** XML 1.0 §2.2 */
const forbidden = /[^\P{Cc}\t\n\u007F-\u009F]|[\uFFFE\uFFFF]/gu;

function xmlText(value: string): string {
  const text = value.length > longestText ? `${value.slice(0, longestText - 1)}…` : value;
  const plain = rare.test(text) ? withoutControls(text) : text;
  return markup.test(plain)
    ? plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
    : plain;
}

/** Excel decodes `_x000D_`, and XML has no other way to keep a carriage return. */
function withoutControls(text: string): string {
  return text
    .replaceAll(/_(?=x[\dA-Fa-f]{4}_)/g, '_x005F_')
    .replaceAll('\r', '_x000D_')
    .replaceAll(forbidden, '\uFFFD');
}
