import type { Changes } from '../../changes/changes.js';
import type { Viewer } from '../../viewing/viewer.js';
import { ChecklistChange } from './checklist-change.js';
import { holdPutAway } from './store.js';

/** The checklist of a new installation, which each administrator can put away. */
export class Checklist {
  readonly shown = new ChecklistChange();
  readonly #changes: Changes;

  constructor({ changes }: { readonly changes: Changes }) {
    this.#changes = changes;
  }

  async putAway(viewer: Viewer, putAway: boolean): Promise<void> {
    await this.#changes.carryOut(viewer, this.shown, (tx) => holdPutAway(tx, viewer.accountId), {
      putAway,
    });
  }
}
