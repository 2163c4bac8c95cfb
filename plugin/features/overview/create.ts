import type { FeatureParts } from '../../feature.js';
import { Checklist } from './checklist.js';
import { Overview } from './overview.js';
import { TestMessages } from './test-messages.js';
import { type AllParts, allParts } from './parts.js';

export interface OverviewFeatures {
  readonly overview: Overview;
  readonly checklist: Checklist;
  readonly testMessages: TestMessages;
}

export function createOverview(parts: FeatureParts): OverviewFeatures {
  let made: Promise<AllParts> | undefined;
  return {
    overview: new Overview({ ...parts, all: () => (made ??= allParts(parts)) }),
    checklist: new Checklist(parts),
    testMessages: new TestMessages(parts),
  };
}
