import type { FeatureParts } from '../../feature.js';
import { Checklist } from './checklist.js';
import { Overview } from './overview.js';
import { type AllParts, allParts } from './parts.js';

export interface OverviewFeatures {
  readonly overview: Overview;
  readonly checklist: Checklist;
}

export function createOverview(parts: FeatureParts): OverviewFeatures {
  let made: Promise<AllParts> | undefined;
  return {
    overview: new Overview({ db: parts.db, all: () => (made ??= allParts(parts)) }),
    checklist: new Checklist(parts),
  };
}
