import type { Changing } from '../../changes/changes.js';
import { type Agreed, type Decision, refused, willChange } from '../../changes/decision.js';
import type { Verb } from '../../changes/verb.js';
import { ConflictError } from '../../errors.js';
import type { Viewer } from '../../viewing/viewer.js';
import { giveUp } from './giving-up.js';
import { type Message, canBeCancelled } from './message.js';
import { about } from './message-entry.js';

/** Cancels queued messages for their remaining recipients. */
export class Cancelling implements Verb<Message, undefined, Message, Message> {
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  decide(_viewer: Viewer, message: Message): Decision<Message> {
    return canBeCancelled(message)
      ? willChange(message)
      : refused(new ConflictError('messages.errors.not-queued'));
  }

  async write({ tx, record }: Changing, { change: message }: Agreed<Message>): Promise<Message> {
    const end = { as: 'cancelled', outcome: null, at: this.#now() } as const;
    const state = await giveUp(tx, message.id, end);
    await record({ ...about(message), action: 'message.cancelled' });
    return { ...message, state };
  }
}
