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
      plan: row.plan_name,
      webmail: row.webmail,
      outgoing: row.relay_id === null ? 'direct' : (row.relay_title ?? `#${row.relay_id}`),
      mx: row.mx,
      mxHosts: row.mx_hosts === null ? [] : row.mx_hosts.split(', '),
      changedAt: row.changed_at === null ? null : new Date(row.changed_at).toISOString(),
    }),
  });
}
