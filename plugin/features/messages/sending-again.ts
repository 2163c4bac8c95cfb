import type { Changing } from '../../changes/changes.js';
import { type Agreed, type Decision, refused, willChange } from '../../changes/decision.js';
import type { Verb } from '../../changes/verb.js';
import { ConflictError } from '../../errors.js';
import type { Viewer } from '../../viewing/viewer.js';
import { type Message, canBeSentAgain } from './message.js';
import { about } from './message-entry.js';
import type { MessageStore } from './store.js';

interface SendingAgainParts {
  readonly store: MessageStore;
  readonly now: () => number;
}

/** Queues messages again for recipients that are not known to have them. */
export class SendingAgain implements Verb<Message, undefined, Message, Message> {
  readonly #parts: SendingAgainParts;

  constructor(parts: SendingAgainParts) {
    this.#parts = parts;
  }

  decide(_viewer: Viewer, message: Message): Decision<Message> {
    return canBeSentAgain(message)
      ? willChange(message)
      : refused(new ConflictError('messages.errors.not-again'));
  }

  async write({ tx, record }: Changing, { change: message }: Agreed<Message>): Promise<Message> {
    await this.#parts.store.queueAgain(tx, message.id, this.#parts.now());
    await record({ ...about(message), action: 'message.queued-again' });
    return message;
  }
}
