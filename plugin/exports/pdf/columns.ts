import type { ExportedList, Values } from '../exported-list.js';
import type { Fonts } from './fonts.js';
import { widthOf } from './text.js';

/** A column's position on every page, in points. */
export interface PlacedColumn {
  readonly heading: string;
  readonly left: number;
  readonly width: number;
  readonly isNumber: boolean;
  /** Whether its cells name their rows. */
  readonly isName: boolean;
}

export const padding = 4;
const narrowest = 36;
/** Rows that determine column widths; wider texts further down wrap. */
const sampled = 300;

/** Shares the page's width: narrow columns get what they need, wide ones the rest. */
export function placeColumns(
  list: ExportedList,
  rows: readonly Values[],
  page: {
    readonly fonts: Fonts;
    readonly left: number;
    readonly width: number;
    readonly size: number;
  },
): readonly PlacedColumn[] {
  const wanted = list.headings.map(({ text }, column) => {
    const texts = rows.slice(0, sampled).map((row) => String(row[column] ?? ''));
    const widths = [text, ...texts].map((each) => widthOf(page.fonts, each, page.size));
    return Math.max(narrowest, Math.max(...widths) * 1.05 + 2 * padding);
  });
  let { left } = page;
  return shared(wanted, page.width).map((width, column) => {
    const heading = list.headings[column];
    const placed = {
      heading: heading?.text ?? '',
      left,
      width,
      isNumber: heading?.kind === 'number' || heading?.kind === 'identifier',
      isName: heading?.isName === true,
    };
    left += width;
    return placed;
  });
}

/** Columns that need less than a fair share get what they need; the others divide the rest. */
function shared(wanted: readonly number[], total: number): readonly number[] {
  const sum = wanted.reduce((all, each) => all + each, 0);
  if (sum <= total) {
    return wanted.map((each) => (each * total) / sum);
  }
  const widths = wanted.map(() => 0);
  let left = total;
  let open = wanted.map((_width, column) => column);
  for (;;) {
    const fair = left / open.length;
    const modest = open.filter((column) => (wanted[column] ?? 0) <= fair);
    if (modest.length === 0) {
      open.forEach((column) => (widths[column] = fair));
      return widths;
    }
    modest.forEach((column) => {
      widths[column] = wanted[column] ?? 0;
      left -= wanted[column] ?? 0;
    });
    open = open.filter((column) => !modest.includes(column));
  }
}
