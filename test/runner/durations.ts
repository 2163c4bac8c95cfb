import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome } from './outcome.js';
import { testFolder } from './options.js';

/** Written by `npm test -- --record`: whole seconds of the files that took at least two. */
const recordFile = join(testFolder, 'runner', 'durations.json');

export type Durations = Readonly<Record<string, number>>;

export function readDurations(): Durations {
  return JSON.parse(readFileSync(recordFile, 'utf8'));
}

export function recordDurations(outcomes: readonly Outcome[]): void {
  const lasting = outcomes
    .map(({ file, seconds }) => [file, Math.round(seconds)] as const)
    .filter(([, seconds]) => seconds >= 2)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(recordFile, `${JSON.stringify(Object.fromEntries(lasting), undefined, 2)}\n`);
}
