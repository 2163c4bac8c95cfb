import type { Command } from 'commander';
import { printTable } from '../../commands/list.js';
import { addVerb } from '../../commands/terminal.js';
import { addWhere } from '../../commands/where.js';
import { domainTable } from './table.js';

export function addListCommand(domain: Command): void {
  addWhere(
    addVerb(domain, {
      usage: 'list',
      does: 'all domains',
      examples: [
        'domain list',
        'domain list --search dupont --json',
        'domain list --where owner=dupont --where policy=forward',
      ],
    }),
  )
    .option('--search <text>', 'only those whose name or owner has these words')
    .action(async (_options: object, command: Command) => {
      await printTable(command, domainTable, (row) => ({
        name: row.name,
        displayName: row.utf8_name ?? row.name,
        owner: row.owner_name,
        suspended: row.suspended === 1,
        mailEnabled: row.mail_enabled === 1,
        policy: row.unknown_policy,
        mailboxes: row.mailboxes,
      }));
    });
}
