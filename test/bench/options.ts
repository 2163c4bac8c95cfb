import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    short: { type: 'boolean', default: false },
    beside: { type: 'string', multiple: true, default: [] },
  },
});

/** The parts of `--only`; all if left out. */
export const only = values.only?.split(',');

/** The built trees of earlier versions, `--beside <tree>` for each. */
export const besides = values.beside;

/** How much is measured. `--short` shows that every part works; its figures mean nothing. */
export function sized(full: number, short: number): number {
  return values.short ? short : full;
}
