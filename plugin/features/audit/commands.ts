import type { Command } from 'commander';
import { addList } from '../../commands/list.js';
import { auditTableOf } from './table.js';

export function addTo(audit: Command): void {
  addList(audit, {
    does: 'all changes, newest first',
    examples: [
      '--search dupont',
      '--search example.com --json',
      '--where thing=domain --where period=week',
    ],
    table: auditTableOf([]),
    tableIn: ({ features }) => features.auditTable,
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
