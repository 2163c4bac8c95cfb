import type { Command } from 'commander';
import { addList } from '../../commands/list.js';
import { idFrom } from '../../web/ids.js';
import { actTableOf } from './act-table.js';
import { auditTableOf } from './table.js';
import type { EntryRow } from './entry.js';
import { addUndo } from './undo-command.js';
import { addVerify } from './seals/verify-command.js';

export function addTo(audit: Command): void {
  addList(audit, {
    does: 'all changes, newest first',
    examples: [
      '--search dupont',
      '--search example.com --json',
      '--where thing=domain --where period=week',
      '--where domain=example.com',
    ],
    table: auditTableOf([]),
    tableIn: ({ features }) => features.auditTable,
    asJson: (row) => ({ id: row.id, ...entryJson(row), entries: row.entries }),
  });

  addList(audit, {
    verb: 'show',
    does: 'the entries of one of them',
    examples: ['17', '17 --search example.com'],
    table: actTableOf([]),
    tableIn: ({ features }) => features.actTable,
    parent: {
      usage: '<id>',
      async idOf({ app, viewer }, id) {
        const { act } = await app.features.acts.find(viewer.scope, idFrom(id));
        return act.id;
      },
    },
    asJson: entryJson,
  });

  addUndo(audit);
  addVerify(audit);
}

function entryJson(row: EntryRow): object {
  return {
    at: new Date(row.at).toISOString(),
    actor: row.actor,
    actingAs: row.acting_as,
    action: row.action,
    subject: row.subject,
    before: parsed(row.before),
    after: parsed(row.after),
  };
}

function parsed(json: string | null): unknown {
  return JSON.parse(json ?? 'null');
}
