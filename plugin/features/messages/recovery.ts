import type { Knex } from 'knex';
import type { Database } from '../../database/database.js';
import { messageLeases } from './leases.js';
import type { MessageOutcome } from './message.js';

/**
 * Recovers messages whose process is gone. What was not handed over is queued again; what may have been is not, since
 * nobody knows whether the server has it.
 */
export async function recoverMessages(db: Database, at: number): Promise<void> {
  const leases = messageLeases(() => at);
  if ((await leases.lost(db.knex).first('id')) === undefined) {
    return;
  }
  await db.transaction(async (tx) => {
    await giveUpLost(tx, leases.lost(tx).where({ state: 'sending' }), {
      at,
      outcome: 'interrupted',
      to: { state: 'queued', next_attempt_at: at, lease_until: null, claim: null },
    });
    await giveUpLost(tx, leases.lost(tx).where({ state: 'handing-over' }), {
      at,
      outcome: 'answer-lost',
      // The claim stays: its process may still see the answer.
      to: { state: 'unknown', finished_at: at, next_attempt_at: null, lease_until: null },
    });
  });
}

interface Lost {
  readonly at: number;
  readonly outcome: MessageOutcome;
  /** The columns that change. */
  readonly to: Readonly<Record<string, unknown>>;
}

async function giveUpLost(
  tx: Knex.Transaction,
  lost: Knex.QueryBuilder,
  { at, outcome, to }: Lost,
): Promise<void> {
  const ids: number[] = await lost.forUpdate().pluck('id');
  await tx('messages')
    .whereIn('id', ids)
    .update({ ...to, outcome, reply: null });
  await tx('message_attempts')
    .whereIn('message_id', ids)
    .whereNull('ended_at')
    .update({ outcome, ended_at: at });
}
