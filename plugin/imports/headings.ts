import { foldText } from '../database/fold-text.js';
import { unreadable } from './import-file.js';
import type { ImportColumn } from './kind.js';

/** The heading of the column with reasons in a file of refused lines. */
const reasons = new Set(['reason', 'motif']);

/** The columns of a file, in their order. */
export interface Headings {
  /** The key of each known column; undefined for the others. */
  readonly keys: readonly (string | undefined)[];
  /** Headings of columns that are left out. */
  readonly unknown: readonly string[];
  /** Whether it is a file of refused lines, which this program has written. */
  readonly isOwn: boolean;
}

const longestShown = 40;

/**
 * Finds the known columns among the headings, in any order and in any language.
 *
 * @throws {InvalidInputError} when a required column is missing, or one is there twice.
 */
export function headingsIn(columns: readonly ImportColumn[], cells: readonly string[]): Headings {
  const folded = cells.map(foldHeading);
  const keys = folded.map((each) => columns.find(({ headings }) => headings.includes(each))?.key);
  const twice = keys.find((key, at) => key !== undefined && keys.indexOf(key) !== at);
  if (twice !== undefined) {
    const named = cells.filter((_cell, at) => keys[at] === twice).map(shownText);
    throw unreadable('column-twice', { headings: named.join(', ') });
  }
  const missing = columns.find(({ key, isRequired }) => isRequired === true && !keys.includes(key));
  if (missing !== undefined) {
    throw unreadable(`no-${missing.key}-column`, {
      headings: cells.map(shownText).join(', '),
    });
  }
  const others = cells.filter((_cell, at) => keys[at] === undefined && folded[at] !== '');
  return {
    keys,
    unknown: others.filter((cell) => !reasons.has(foldHeading(cell))).map(shownText),
    isOwn: folded.some((each) => reasons.has(each)),
  };
}

/** Without accents, case, punctuation and units: `Quota (Mo)` is `quota mo`. */
function foldHeading(text: string): string {
  return foldText(text)
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** A text of a file for a message: printable, and without `$t(`, which would include another text. */
export function shownText(text: string): string {
  const printable = text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, '\uFFFD').replaceAll('$t(', '(');
  return printable.length > longestShown ? `${printable.slice(0, longestShown)}…` : printable;
}
