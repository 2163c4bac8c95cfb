import { type Feature, feature } from '../../feature.js';
import type { Table } from '../../tables/table.js';
import type { EntryRow } from './entry.js';

interface AuditFeatures {
  readonly auditTable: Table<EntryRow>;
}

export const audit: Feature<AuditFeatures> = feature<AuditFeatures>({
  id: 'audit',
  commands: [
    {
      name: 'audit',
      does: 'the activity log: who changed what',
      load: () => import('./commands.js'),
    },
  ],
  lists: async (all) => [(await import('./table.js')).auditTableOf(all)],

  overview: async (parts) =>
    (await import('./overview-part.js')).recentOverview({ ...parts, ...(await audit.part(parts)) }),

  async create({ registered }) {
    const { auditTableOf } = await import('./table.js');
    return { auditTable: auditTableOf(registered) };
  },
  addRoutes: async ({ routes, pages, db }, { auditTable }) =>
    (await import('./routes.js')).addAuditRoutes(routes, pages, { db, auditTable }),
});
