import type { Knex } from 'knex';
import { ForbiddenError } from '../../errors.js';
import type { PlanNumbers } from '../../panel/directory/plan.js';
import { periods } from './message.js';

/** Number and size of an account's messages. */
export interface Usage {
  readonly messages: number;
  readonly bytes: number;
}

interface UsageRow extends Usage {
  readonly account_id: number;
}

export async function usageOf(tx: Knex, accountId: number): Promise<Usage> {
  const row = await tx<UsageRow>('message_usage').where({ account_id: accountId }).first();
  return row ?? { messages: 0, bytes: 0 };
}

/** Why one more message of this size exceeds the plan, if so. */
export function planRefusal(
  { maxMessages: most = Infinity, maxMessageBytes: mostBytes = Infinity }: PlanNumbers,
  usage: Usage,
  bytes: number,
): ForbiddenError | undefined {
  if (usage.messages + 1 > most) {
    return new ForbiddenError('messages.errors.plan-messages', { count: most, ...periods });
  }
  if (usage.bytes + bytes > mostBytes) {
    const megabytes = Math.floor(mostBytes / 1024 ** 2);
    return new ForbiddenError('messages.errors.plan-bytes', { megabytes, ...periods });
  }
  return undefined;
}

/** Counts one more message of an account. Concurrent deletions may lower the count. */
export async function countMessage(
  tx: Knex.Transaction,
  accountId: number,
  bytes: number,
): Promise<void> {
  await tx<UsageRow>('message_usage')
    .insert({ account_id: accountId, messages: 1, bytes })
    .onConflict('account_id')
    .merge({
      messages: tx.raw('message_usage.messages + 1'),
      bytes: tx.raw('message_usage.bytes + ?', [bytes]),
    });
}

/** A message with its stored size. */
export interface Stored {
  readonly owner_id: number;
  readonly content_bytes: number;
}

/** Subtracts deleted contents or messages. */
export async function discount(
  tx: Knex.Transaction,
  dropped: readonly Stored[],
  what: 'contents' | 'messages',
): Promise<void> {
  for (const ownerId of new Set(dropped.map((each) => each.owner_id))) {
    const theirs = dropped.filter((each) => each.owner_id === ownerId);
    const bytes = theirs.reduce((sum, each) => sum + each.content_bytes, 0);
    const usage = tx<UsageRow>('message_usage').where({ account_id: ownerId });
    await usage.clone().decrement('bytes', bytes);
    if (what === 'messages') {
      await usage.clone().decrement('messages', theirs.length);
    }
  }
}
