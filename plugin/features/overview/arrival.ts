import type { Knex } from 'knex';
import type { Changing } from '../../changes/changes.js';
import { type Agreed, type Decision, refused, willChange } from '../../changes/decision.js';
import type { Verb } from '../../changes/verb.js';
import { NotFoundError } from '../../errors.js';
import { writeFact } from '../../panel/overview/facts.js';
import type { Actor } from '../../viewing/actor.js';
import { findTestMessage, testMessagesIn } from './test-message.js';

/** Records that a test message has arrived, by its link, which works once. */
export class Arrival implements Verb<string | undefined, undefined, string, void, Actor> {
  /** The mailbox that the message was sent to; undefined if the link no longer works. */
  async read(tx: Knex.Transaction, token: string): Promise<string | undefined> {
    return (await findTestMessage(tx, token).forUpdate().first())?.address;
  }

  decide(_by: Actor, address: string | undefined): Decision<string> {
    return address === undefined ? refused(new NotFoundError()) : willChange(address);
  }

  async write({ tx, record }: Changing, { change: address }: Agreed<string>): Promise<void> {
    await testMessagesIn(tx).where({ address }).delete();
    await writeFact(tx, 'mail-arrived', address);
    await record({ action: 'test-message.arrived', subject: address });
  }
}
