import { type Feature, feature, withParts } from '../../feature.js';
import { settings } from '../settings/feature.js';
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

  async keysRenewed({ config, db }) {
    const { renewSeals } = await import('./seals/renewal.js');
    const { SealKeys } = await import('./seals/seal-keys.js');
    await renewSeals(db, SealKeys.in(config.dataFolder));
  },

  create: async (parts) =>
    (await import('./create.js')).createAudit(await withParts(parts, settings)),
  addRoutes: async ({ routes, pages, db }, part) =>
    (await import('./routes.js')).addAuditRoutes(routes, pages, { db, ...part }),
  async start({ sealing }, { log }) {
    sealing.start(log);
    return { finish: () => sealing.stop() };
  },
});
