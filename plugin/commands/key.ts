import type { Command } from 'commander';
import { prepareDataFolder } from '../config.js';
import { fromEach, sealedIn } from '../feature.js';
import { addSecret, dropSecretsBehind, newestSecret } from '../secrets/key-file.js';
import { reseal } from '../secrets/sealed-columns.js';
import { configOf } from './options.js';
import { atTerminal } from './terminal.js';
import { addVerb } from './verbs.js';

/** Rotates the encryption key in two steps, since running processes only know the keys they started with. */
export function addTo(key: Command): void {
  addVerb(key, {
    usage: 'add',
    does: 'add a key, which processes use once restarted',
    examples: [''],
  }).action(add);

  addVerb(key, {
    usage: 'finish',
    does: 'encrypt all stored passwords with the newest key, and delete older keys',
    examples: [''],
  })
    .addHelpText(
      'after',
      '\nFirst restart what ran before `relais key add`: it could not read them any more.',
    )
    .action(finish);
}

async function add(options: { readonly json?: boolean }, command: Command): Promise<void> {
  const { dataFolder } = configOf(command);
  prepareDataFolder(dataFolder);
  addSecret(dataFolder);
  const text =
    'There is a new key. Restart Relais and `relais lookups`, then run `relais key finish`.';
  process.stdout.write(`${options.json === true ? '{}' : text}\n`);
}

async function finish(_options: object, command: Command): Promise<void> {
  const { dataFolder } = configOf(command);
  // Keys that are added from now on are kept.
  const newest = newestSecret(dataFolder);
  await atTerminal(command, async ({ app, print }) => {
    const count = await reseal(app.db, app.secrets, sealedIn(app.registered));
    await fromEach(app.registered, (each) => each.keysRenewed?.(app));
    dropSecretsBehind(dataFolder, newest);
    print({ count }, `Encrypted with the newest key: ${count}. Older keys have been deleted.`);
  });
}
