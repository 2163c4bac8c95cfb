import type { Command } from 'commander';
import { addList } from '../../commands/list.js';
import { domainTable } from './table.js';

export function addTo(domain: Command): void {
  addList(domain, {
    usage: 'list',
    does: 'all domains',
    examples: [
      'domain list',
      'domain list --search dupont --json',
      'domain list --where owner=dupont --where policy=forward',
    ],
    search: 'only those whose name or owner has these words',
    isFiltered: true,
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
