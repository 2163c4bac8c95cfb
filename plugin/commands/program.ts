import { Command } from 'commander';
import { addAccountCommands } from './account.js';
import { addAliasCommands } from './alias.js';
import { addAuditCommands } from './audit.js';
import { addDemoCommand } from './demo.js';
import { addDomainCommands } from './domain.js';
import { addJobCommands } from './job.js';
import { addKeyCommands } from './key.js';
import { addLookupsCommand } from './lookups.js';
import { addMailboxCommands } from './mailbox.js';
import { addMigrateCommand } from './migrate.js';
import { addMapsCommand } from './maps.js';
import { addMessageCommands } from './message.js';
import { addPlanCommands } from './plan.js';
import { addRenderCommand } from './render.js';
import { addSettingsCommands } from './settings.js';
import { addSmtpServerCommands } from './smtp-server.js';
import { addStartCommand } from './start.js';
import { loadManifest } from '../manifest.js';

/** The `relais` command with all that it can do. */
export const program = new Command('relais')
  .description(
    'Mail for hosting panels: what is set is what Postfix and Dovecot do with the next message.',
  )
  .option('--data <folder>', 'the data folder (RELAIS_DATA, ./var)')
  .option(
    '--database <where>',
    'sqlite, sqlite:FILE or mysql://USER:PASSWORD@HOST/NAME (RELAIS_DATABASE)',
  )
  .version(loadManifest().version)
  .showHelpAfterError('(relais --help explains the commands)')
  .enablePositionalOptions(false);

addStartCommand(program);
addDemoCommand(program);
addMigrateCommand(program);
addRenderCommand(program);
addMapsCommand(program);
addLookupsCommand(program);
addJobCommands(program);
addKeyCommands(program);
addAccountCommands(program);
addPlanCommands(program);
addDomainCommands(program);
addMailboxCommands(program);
addAliasCommands(program);
addSmtpServerCommands(program);
addMessageCommands(program);
addSettingsCommands(program);
addAuditCommands(program);
