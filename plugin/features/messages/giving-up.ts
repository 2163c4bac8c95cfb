import type { Knex } from 'knex';
import { type FinalState, type MessageOutcome, finalState } from './message.js';

/**
 * Gives up a locked message that waits in the queue.
 *
 * @returns its new state.
 */
export async function giveUp(
  tx: Knex.Transaction,
  id: number,
  end: {
    readonly as: 'failed' | 'cancelled';
    readonly outcome: MessageOutcome | null;
    readonly at: number;
  },
): Promise<FinalState> {
  const having = tx('message_recipients').where({ message_id: id, state: 'accepted' });
  const state = finalState(end.as, (await having.first('position')) !== undefined);
  await tx('messages')
    .where({ id })
    .update({ state, outcome: end.outcome, next_attempt_at: null, finished_at: end.at });
  if (state !== 'cancelled') {
    await tx('message_recipients')
      .where({ message_id: id, state: 'waiting' })
      .update({ state: 'refused' });
  }
  return state;
}
