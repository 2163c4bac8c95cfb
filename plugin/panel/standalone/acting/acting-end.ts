import type { Changing } from '../../../changes/changes.js';
import type { Agreed, Decision } from '../../../changes/decision.js';
import type { Verb } from '../../../changes/verb.js';
import type { Viewer } from '../../../viewing/viewer.js';
import type { Account } from '../../directory/account.js';
import { about } from '../accounts/audit-fields.js';

/** The account acted as; undefined once it has been removed. */
type Other = Account | undefined;

/** Ends acting as another account, which nothing prevents. */
export class ActingEnd implements Verb<Other, undefined, Other, void> {
  decide(viewer: Viewer, other: Other): Decision<Other> {
    const isActing = viewer.actingAs !== undefined && other !== undefined;
    return { kind: isActing ? 'will-change' : 'already-so', change: other };
  }

  async write({ record }: Changing, { kind, change: other }: Agreed<Other>): Promise<void> {
    if (kind === 'will-change' && other !== undefined) {
      await record({ ...about(other), action: 'acting.ended' });
    }
  }
}
