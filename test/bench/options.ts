import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { only: { type: 'string' }, short: { type: 'boolean', default: false } },
});

/** The parts of `--only`; all if left out. */
export const only = values.only?.split(',');

/** How much is measured. `--short` shows that every part works; its figures mean nothing. */
export function sized(full: number, short: number): number {
  return values.short ? short : full;
}
