import type { FeatureParts } from '../../feature.js';
import type { Job } from '../../jobs/job.js';
import { operator } from '../../viewing/operator.js';
import type { Viewer } from '../../viewing/viewer.js';

/** A job runs with the current scope and permissions of the account that started it, and in its name. */
export function jobViewers({
  panel,
  manifest,
}: Pick<FeatureParts, 'panel' | 'manifest'>): (job: Job) => Promise<Viewer | undefined> {
  return async ({ ownerId, by }) => {
    const viewer =
      ownerId === undefined
        ? operator(manifest.permissions)
        : await panel.viewerOf(ownerId, by.origin);
    return viewer && { ...viewer, ...by };
  };
}
