import type { Command } from 'commander';
import { addList } from '../../commands/list.js';

export function addTo(audit: Command): void {
  addList(audit, {
    usage: 'list',
    does: 'all that was changed, the newest first',
    examples: [
      'audit list --search dupont',
      'audit list --search example.com --json',
      'audit list --where thing=domain --where period=week',
    ],
    search: 'only what somebody of this name did, or what was done to it',
    isFiltered: true,
    table: ({ features }) => features.auditTable,
    asJson: (row) => ({
      at: new Date(row.at).toISOString(),
      actor: row.actor,
      actingAs: row.acting_as,
      action: row.action,
      subject: row.subject,
      before: parsed(row.before),
      after: parsed(row.after),
    }),
  });
}

function parsed(json: string | null): unknown {
  return JSON.parse(json ?? 'null');
}
