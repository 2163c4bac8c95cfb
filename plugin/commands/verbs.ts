import type { Command } from 'commander';
import { StartError } from '../errors.js';
import type { Language } from '../web/locale.js';
import { type Terminal, atTerminal } from './terminal.js';

/** What the help says of a verb. */
export interface VerbHelp {
  readonly usage: string;
  readonly does: string;
  /** What may follow the verb: `12 --json` for `relais job show 12 --json`. */
  readonly examples: readonly string[];
}

/** Adds a verb with `--json` and examples in its help. */
export function addVerb(parent: Command, { usage, does, examples }: VerbHelp): Command {
  const name = `relais ${parent.name()} ${usage.replace(/ .*/, '')}`;
  const lines = examples.map((each) => `\n  $ ${name} ${each}`.trimEnd());
  return parent
    .command(usage)
    .description(does)
    .option('--json', 'print JSON')
    .showHelpAfterError(`(${name} --help explains it)`)
    .addHelpText('after', `\nExamples:${lines.join('')}`);
}

/** A verb about the one thing that it names. */
export interface VerbAbout<Options extends object = object> extends VerbHelp {
  /** Declares its options. */
  readonly declare?: (verb: Command) => void;
  /** @param name empty if it may be left out, and is. */
  run(terminal: Terminal, name: string, options: Options): Promise<void>;
}

export function addVerbsAbout(parent: Command, ...verbs: readonly VerbAbout[]): void {
  for (const each of verbs) {
    const verb = addVerb(parent, each);
    each.declare?.(verb);
    verb.action(async (name: string | undefined, options: object, command: Command) => {
      await atTerminal(command, (terminal) => each.run(terminal, name ?? '', options));
    });
  }
}

/** A verb that shows a thing. */
export interface Show<Found> extends VerbHelp {
  find(terminal: Terminal, name: string): Promise<Found>;
  asJson(found: Found): object;
  asText(found: Found, language: Language): string;
}

export function addShow<Found>(parent: Command, show: Show<Found>): void {
  addVerbsAbout(parent, {
    ...show,
    async run(terminal, name) {
      const found = await show.find(terminal, name);
      terminal.print(show.asJson(found), show.asText(found, terminal.language));
    },
  });
}

/** A verb that removes a thing, and without `--yes` only says what would be lost. */
export interface Removal<Found> extends VerbHelp {
  find(terminal: Terminal, name: string): Promise<Found>;
  /** A sentence. */
  readonly loss: (found: Found, terminal: Terminal) => string | Promise<string>;
  remove(terminal: Terminal, found: Found): Promise<void>;
}

export function addRemoval<Found>(parent: Command, removal: Removal<Found>): void {
  addVerbsAbout(parent, removalVerb(removal));
}

export function removalVerb<Found>(removal: Removal<Found>): VerbAbout<{ readonly yes?: boolean }> {
  return {
    ...removal,
    declare: (verb) => verb.option('--yes', 'confirm; without it, only list what would be lost'),
    async run(terminal, name, { yes }) {
      const found = await removal.find(terminal, name);
      if (yes !== true) {
        const loss = await removal.loss(found, terminal);
        throw new StartError(`${loss} To remove it, add --yes.`);
      }
      await removal.remove(terminal, found);
    },
  };
}
