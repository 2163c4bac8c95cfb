import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { AddressError } from '../../plugin/addresses/index.js';

/** The reason for rejecting a text, or `accepted`. Any other error fails the test. */
export function outcome(parse: () => unknown): string {
  try {
    parse();
    return 'accepted';
  } catch (error) {
    if (error instanceof AddressError) {
      return error.reason;
    }
    throw error;
  }
}

/** Rows of `<name>.json`: why, a text, and what is expected of it. */
export function rowsOf(name: string, which: 'accepted' | 'refused'): Row[] {
  const url = new URL(`./${name}.json`, import.meta.url);
  const rows = JSON.parse(readFileSync(url, 'utf8')) as Record<string, Row[]>;
  return rows[which] ?? [];
}

export type Row = [why: string, text: string, expected: string, unicode?: string];

/** A test for each row: the text is rejected with its reason. */
export function itRejects(
  parse: (text: string) => unknown,
  refused: readonly Row[],
  title = '',
): void {
  for (const [why, text, reason] of refused) {
    it(`${title}${why}: ${JSON.stringify(text.slice(0, 40))}`, () => {
      assert.equal(
        outcome(() => parse(text)),
        reason,
      );
    });
  }
}
