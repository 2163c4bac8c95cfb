import { type Feature, type FeatureParts, feature, fromEach } from '../../feature.js';
import type { JobFeatures } from '../../jobs/create.js';
import type { AnyJobKind } from '../../jobs/kind.js';
import type { UndoAction } from '../../previews/undo.js';
import { keptMs } from './kept.js';

interface JobPart extends JobFeatures {
  /** How what jobs have done is undone. */
  readonly undoes: () => Promise<readonly UndoAction[]>;
}

export const jobs: Feature<JobPart> = feature<JobPart>({
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
    const made = createJobs({
      ...parts,
      kinds: () => kindsOf(parts),
      viewerOf: jobViewers(parts),
      openThread: () => startJobThread(parts),
      onEnded: tellStarter(parts.panelMail),
    });
    return {
      ...made,
      undoes: async () => (await fromEach(parts.registered, (each) => each.undoes?.(parts))).flat(),
    };
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
