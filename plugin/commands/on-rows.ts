import type { Command } from 'commander';
import { StartError } from '../errors.js';
import type { Terminal } from './terminal.js';
import type { VerbAbout } from './verbs.js';
import { addWhere } from './where.js';

/** Options of a verb that can be carried out on many rows. */
export interface RowsFlags {
  readonly where?: readonly string[];
  readonly dryRun?: boolean;
}

export function addRowsFlags(verb: Command): Command {
  return addWhere(verb).option('--dry-run', 'only say what would change, with --where');
}

/**
 * Whether a command is about all rows that match, rather than one that it names.
 *
 * @param thing the kind of row, such as “a domain”.
 * @throws {StartError} with both or neither: without a condition, all would change.
 */
export function isOnRows(name: string, flags: RowsFlags, thing: string): boolean {
  const { where = [], dryRun = false } = flags;
  if (name === '') {
    if (where.length === 0) {
      throw new StartError(`Name ${thing}, or choose several with --where.`);
    }
    return true;
  }
  if (where.length > 0 || dryRun) {
    throw new StartError(`Name ${thing}, or use --where and --dry-run.`);
  }
  return false;
}

/** A verb about one thing, which can be about all that match `--where`, too. */
export function orOnRows<Options extends object>(
  one: VerbAbout<Options>,
  thing: string,
  onRows: (terminal: Terminal, options: Options & RowsFlags) => Promise<void>,
): VerbAbout<Options & RowsFlags> {
  return {
    ...one,
    usage: one.usage.replace(/<(\w+)>/, '[$1]'),
    declare(verb) {
      one.declare?.(verb);
      addRowsFlags(verb);
    },
    async run(terminal, name, options) {
      await (isOnRows(name, options, thing)
        ? onRows(terminal, options)
        : one.run(terminal, name, options));
    },
  };
}
