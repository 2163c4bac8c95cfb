import { type Feature, feature, fromEach, withParts } from '../../feature.js';
import { previews } from '../previews/feature.js';
import type { RemovedFeatures } from './create.js';

export const removed: Feature<RemovedFeatures> = feature<RemovedFeatures>({
  id: 'removed',
  lists: async () => [(await import('./table.js')).removedTable],
  commands: [
    {
      name: 'removed',
      does: 'removed domains, mailboxes, aliases and SMTP servers, which can come back',
      load: () => import('./commands.js'),
    },
  ],
  // Each mail host learns of it until then.
  expires: [{ table: 'mail_to_erase', column: 'at', keptMs: 90 * 24 * 60 * 60 * 1000 }],
  sealed: [
    {
      table: 'removals',
      column: 'secret',
      boundTo: { table: 'smtp_servers', column: 'secret', row: 'thing_id' },
    },
  ],
  offered: async (parts) => [(await removed.part(parts)).actionsOnRemoved],
  async undoes(parts) {
    const { restoration } = await removed.part(parts);
    const { undoOfRemovals } = await import('./undo.js');
    const kinds = await fromEach(parts.registered, (each) => each.removedKinds?.(parts));
    return kinds
      .flat()
      .map(({ kept, permission }) => undoOfRemovals(restoration, kept.kind, permission));
  },
  panelEvents: async () => (await import('./panel-events.js')).listenToPanel,

  create: async (parts) =>
    (await import('./create.js')).createRemoved(await withParts(parts, previews)),
  addRoutes: async ({ routes, pages, db }, part) =>
    (await import('./routes.js')).addRemovedRoutes(routes, pages, { db, ...part }),
  async start({ removedSweeper }, { log }) {
    removedSweeper.start(log);
    return { finish: () => removedSweeper.stop() };
  },
});
