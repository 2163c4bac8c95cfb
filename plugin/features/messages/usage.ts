import type { Knex } from 'knex';
import { ForbiddenError } from '../../errors.js';
import type { Limits } from '../../panel/directory/plan.js';
import { periods } from './message.js';

/** Number and size of an account's messages. */
interface Usage {
  readonly messages: number;
  readonly bytes: number;
}

interface UsageRow extends Usage {
  readonly account_id: number;
}

/**
 * Counts one more message of an account whose row is locked.
 *
 * @throws {ForbiddenError} when it exceeds the plan.
 */
export async function countMessage(
  tx: Knex.Transaction,
  { id, limits }: { readonly id: number; readonly limits: Limits },
  bytes: number,
): Promise<void> {
  const usage = tx<UsageRow>('message_usage');
  const { maxMessages: most = Infinity, maxMessageBytes: mostBytes = Infinity } = limits;
  const row = await usage.clone().where({ account_id: id }).first();
  if ((row?.messages ?? 0) + 1 > most) {
    throw new ForbiddenError('messages.errors.plan-messages', { count: most, ...periods });
  }
  if ((row?.bytes ?? 0) + bytes > mostBytes) {
    const megabytes = Math.floor(mostBytes / 1024 ** 2);
    throw new ForbiddenError('messages.errors.plan-bytes', { megabytes, ...periods });
  }
  // Concurrent deletions may lower the count.
  await usage
    .insert({ account_id: id, messages: 1, bytes })
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
