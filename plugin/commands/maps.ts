import type { Command } from 'commander';
import type { App } from '../app.js';
import { StartError } from '../errors.js';
import { withApp } from './options.js';
import { readerPassword } from './render.js';

interface ReaderOptions {
  readonly user: string;
  readonly passwordFile?: string;
  readonly from: string;
}

export function addTo(maps: Command): void {
  maps
    .command('rebuild')
    .description("SQLite: rebuild the mail servers' file from the panel's database")
    .action((_options: object, command: Command) => withApp(command, (app) => app.maps.rebuild()));

  maps
    .command('reader')
    .description('MariaDB: create or update the user that can only read the views')
    .option('--user <name>', 'its name', 'relais_mail')
    .option('--from <host>', 'where the mail servers connect from, such as 10.0.0.%', 'localhost')
    .requiredOption('--password-file <file>', 'a file with its password')
    .action((options: ReaderOptions, command: Command) =>
      withApp(command, (app) => grantReader(app, options)),
    );
}

/** @throws {StartError} on SQLite. */
async function grantReader(
  { maps }: Pick<App, 'maps'>,
  { user, from, passwordFile }: ReaderOptions,
): Promise<void> {
  if (maps.grantReader === undefined) {
    throw new StartError('On SQLite the mail servers read a file: there is no user to create.');
  }
  await maps.grantReader({ user, host: from, password: readerPassword(passwordFile) });
}
