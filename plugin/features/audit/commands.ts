import type { Command } from 'commander';
import { printTable } from '../../commands/list.js';
import { addVerb } from '../../commands/terminal.js';
import { addWhere } from '../../commands/where.js';

export function addAuditCommands(audit: Command): void {
  addWhere(
    addVerb(audit, {
      usage: 'list',
      does: 'all that was changed, the newest first',
      examples: [
        'audit list --search dupont',
        'audit list --search example.com --json',
        'audit list --where thing=domain --where period=week',
      ],
    }),
  )
    .option('--search <text>', 'only what somebody of this name did, or what was done to it')
    .action(async (_options: object, command: Command) => {
      await printTable(
        command,
        ({ features }) => features.auditTable,
        (row) => ({
          at: new Date(row.at).toISOString(),
          actor: row.actor,
          actingAs: row.acting_as,
          action: row.action,
          subject: row.subject,
          before: parsed(row.before),
          after: parsed(row.after),
        }),
      );
    });
}

function parsed(json: string | null): unknown {
  return JSON.parse(json ?? 'null');
}
