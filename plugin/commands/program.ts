import { Command } from 'commander';
import type { CommandDeclaration, Registration } from '../feature.js';
import { registrations } from '../features.js';
import { registrations as standaloneRegistrations } from '../panel/standalone/registrations.js';
import { programVersion } from '../runtime/version.js';
import { programCommands } from './registration.js';

/** The `relais` command. It knows its commands by name and loads only the one that is called. */
export function createProgram(
  registered: readonly Registration[] = [
    programCommands,
    ...standaloneRegistrations,
    ...registrations,
  ],
): Command {
  const program = new Command('relais')
    .description(
      'Mail for hosting panels: Postfix and Dovecot apply settings from the next message on.',
    )
    .option('--data <folder>', 'the data folder (RELAIS_DATA, ./var)')
    .option(
      '--database <where>',
      'sqlite, sqlite:FILE or mysql://USER:PASSWORD@HOST/NAME (RELAIS_DATABASE)',
    )
    .version(programVersion())
    .showHelpAfterError('(relais --help explains the commands)')
    .enablePositionalOptions(false);

  const declared = registered.flatMap(({ commands = [] }) => commands);
  for (const { name, does } of declared) {
    if (does !== undefined) {
      program
        .command(name)
        .description(does)
        .showHelpAfterError(`(relais ${name} --help explains it)`)
        .configureHelp({ sortSubcommands: true });
    }
  }
  const load = loader(declared, registered);
  addHelp(program, load);
  return program.hook('preSubcommand', async (_program, command) => load(command));
}

/** Loads, once, the features' declarations for a command. */
function loader(
  declared: readonly CommandDeclaration[],
  all: readonly Registration[],
): (command: Command) => Promise<void> {
  const loaded = new Set<string>();
  return async (command) => {
    const name = command.name();
    if (!loaded.has(name)) {
      loaded.add(name);
      for (const each of declared.filter((one) => one.name === name)) {
        (await each.load()).addTo(command, all);
      }
    }
  };
}

/** Replaces commander's help command, which does not know commands that are not loaded. */
function addHelp(program: Command, load: (command: Command) => Promise<void>): void {
  program
    .helpCommand(false)
    .command('help')
    .argument('[command]')
    .description('display help for command')
    .action(async (name: string | undefined) => {
      const asked = program.commands.find((each) => each.name() === name);
      if (asked !== undefined) {
        await load(asked);
      } else if (name !== undefined) {
        program.error(`error: unknown command '${name}'`, { code: 'commander.unknownCommand' });
      }
      (asked ?? program).outputHelp();
    });
}
