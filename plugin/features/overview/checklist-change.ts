import type { Changing } from '../../changes/changes.js';
import type { Agreed, Decision } from '../../changes/decision.js';
import type { Verb } from '../../changes/verb.js';
import type { Viewer } from '../../viewing/viewer.js';
import { setPutAway } from './store.js';

interface Change {
  readonly viewer: Pick<Viewer, 'accountId' | 'login'>;
  readonly putAway: boolean;
}

/** Puts the checklist of a new installation away for the viewer's account, or shows it again. */
export class ChecklistChange implements Verb<boolean, { putAway: boolean }, Change, void> {
  /** @param now whether it is put away. */
  decide(viewer: Viewer, now: boolean, { putAway }: { putAway: boolean }): Decision<Change> {
    return {
      kind: now === putAway ? 'already-so' : 'will-change',
      change: { viewer, putAway },
    };
  }

  async write({ tx, record }: Changing, { kind, change }: Agreed<Change>): Promise<void> {
    const { viewer, putAway } = change;
    if (kind === 'will-change') {
      await setPutAway(tx, viewer.accountId, putAway);
      await record({
        action: putAway ? 'checklist.put-away' : 'checklist.shown',
        subject: viewer.login,
        ownerId: viewer.accountId,
      });
    }
  }
}
