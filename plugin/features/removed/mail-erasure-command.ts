import type { Command } from 'commander';
import { openDatabase } from '../../database/database.js';
import { assertUsable } from '../../database/usable.js';
import { configOf } from '../../commands/options.js';
import { addVerb } from '../../commands/verbs.js';
import { standardStorage } from '../../mail-server/options.js';
import { eraseMail } from './mail-erasure.js';

export function addMailErasure(removed: Command): void {
  addVerb(removed, {
    usage: 'erase-mail',
    does: 'on a mail host: erase the stored mail of what was removed for good',
    examples: ['', '--folder /srv/mail'],
  })
    .option('--folder <path>', 'where mail is stored', standardStorage.folder)
    .action(async ({ folder, json }: { folder: string; json?: boolean }, command: Command) => {
      const db = openDatabase(configOf(command).database);
      try {
        await assertUsable(db);
        const erased = await eraseMail(db.knex, folder);
        const text = json === true ? JSON.stringify({ erased }) : `Mailboxes erased: ${erased}`;
        process.stdout.write(`${text}\n`);
      } finally {
        await db.close();
      }
    });
}
