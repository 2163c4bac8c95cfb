import { feature } from '../../feature.js';
import type { Table } from '../../tables/table.js';
import type { EntryRow } from './entry.js';

export const audit = feature<{ readonly auditTable: Table<EntryRow> }>({
  id: 'audit',
  commands: [
    {
      name: 'audit',
      does: 'the activity log: who changed what',
      load: () => import('./commands.js'),
    },
  ],
  lists: async (all) => [(await import('./table.js')).auditTableOf(all)],

  async create({ registered }) {
    const { auditTableOf } = await import('./table.js');
    return { auditTable: auditTableOf(registered) };
  },
  addRoutes: async ({ routes, pages, db }, { auditTable }) =>
    (await import('./routes.js')).addAuditRoutes(routes, pages, { db, auditTable }),
});
