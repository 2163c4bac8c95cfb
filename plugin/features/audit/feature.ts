import { type Feature, feature } from '../../feature.js';
import type { AuditFeatures } from './routes.js';

export const audit: Feature<AuditFeatures> = feature<AuditFeatures>({
  id: 'audit',
  commands: [
    {
      name: 'audit',
      does: 'the activity log: who changed what',
      load: () => import('./commands.js'),
    },
  ],
  async lists(all) {
    const { auditTableOf } = await import('./table.js');
    const { actTableOf } = await import('./act-table.js');
    return [auditTableOf(all), actTableOf(all)];
  },

  overview: async (parts) =>
    (await import('./overview-part.js')).recentOverview({ ...parts, ...(await audit.part(parts)) }),

  create: async (parts) => (await import('./create.js')).createAudit(parts),
  addRoutes: async ({ routes, pages, db }, part) =>
    (await import('./routes.js')).addAuditRoutes(routes, pages, { db, ...part }),
});
