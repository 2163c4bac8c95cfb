import type { Command } from 'commander';
import { addList } from '../../commands/list.js';
import { domainTable } from './table.js';

export function addTo(domain: Command): void {
  addList(domain, {
    does: 'all domains',
    examples: ['', '--search dupont --json', '--where owner=dupont --where policy=forward'],
    table: domainTable,
    asJson: (row) => ({
      name: row.name,
      displayName: row.utf8_name ?? row.name,
      owner: row.owner_name,
      suspended: row.suspended === 1,
      mailEnabled: row.mail_enabled === 1,
      policy: row.unknown_policy,
      mailboxes: row.mailboxes,
    }),
  });
}
