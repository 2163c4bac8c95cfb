import { type Feature, feature, fromEach, withParts } from '../../feature.js';
import { previews } from '../previews/feature.js';
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

  async offered(parts) {
    const { auditTable: table } = await audit.part(parts);
    const { groupUndoAction } = await import('../../previews/group-undo.js');
    const undoes = (await fromEach(parts.registered, (each) => each.undoes?.(parts))).flat();
    return [{ table, actions: [], undoes, besides: [groupUndoAction(parts.db, undoes)] }];
  },

  create: async (parts) =>
    (await import('./create.js')).createAudit(await withParts(parts, settings, previews)),
  addRoutes: async ({ routes, pages, db }, part) =>
    (await import('./routes.js')).addAuditRoutes(routes, pages, { db, ...part }),
  async start({ sealing }, { log }) {
    sealing.start(log);
    return { finish: () => sealing.stop() };
  },
});
