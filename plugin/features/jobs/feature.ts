import { type FeatureParts, feature, fromEach } from '../../feature.js';
import type { JobFeatures } from '../../jobs/create.js';
import type { AnyJobKind } from '../../jobs/kind.js';
import { keptMs } from './kept.js';

export const jobs = feature<JobFeatures>({
  id: 'jobs',
  lists: async () => [(await import('./table.js')).jobTable],
  commands: [
    {
      name: 'job',
      does: 'background work, such as actions on many rows',
      load: () => import('./commands.js'),
    },
  ],
  overview: async () => (await import('./overview-part.js')).jobsOverview,
  audit: { job: {} },
  mails: async () => [(await import('./finished-mail.js')).finishedMail],
  expires: [{ table: 'jobs', column: 'finished_at', keptMs }],

  async create(parts) {
    const { createJobs } = await import('../../jobs/create.js');
    const { jobViewers } = await import('./viewers.js');
    const { tellStarter } = await import('./finished-mail.js');
    const { startJobThread } = await import('./start-thread.js');
    return createJobs({
      ...parts,
      kinds: () => kindsOf(parts),
      viewerOf: jobViewers(parts),
      openThread: () => startJobThread(parts),
      onEnded: tellStarter(parts.panelMail),
    });
  },
  addRoutes: async ({ routes, pages, db }, part) =>
    (await import('./routes.js')).addJobRoutes(routes, pages, { db, ...part }),
  panelEvents: async () => (await import('./panel-events.js')).followOwners,
  async start({ jobThread }) {
    jobThread.start();
    return { finish: () => jobThread.stop() };
  },
});

async function kindsOf(parts: FeatureParts): Promise<readonly AnyJobKind[]> {
  return (await fromEach(parts.registered, (each) => each.jobKinds?.(parts))).flat();
}
