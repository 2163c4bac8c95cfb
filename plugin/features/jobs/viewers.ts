import type { FeatureParts } from '../../feature.js';
import type { Job } from '../../jobs/job.js';
import { operator } from '../../viewing/operator.js';
import type { Viewer } from '../../viewing/viewer.js';

/** A job runs with its owner's current scope and permissions, as long as whoever started it may act as the owner. */
export function jobViewers({
  panel,
  manifest,
}: Pick<FeatureParts, 'panel' | 'manifest'>): (job: Job) => Promise<Viewer | undefined> {
  return async ({ ownerId, by }) => {
    const { actorId, origin } = by;
    const viewer =
      ownerId === undefined
        ? operator(manifest.permissions)
        : await panel.viewerOf({ accountId: ownerId, actorId, origin });
    return viewer && { ...viewer, ...by };
  };
}
