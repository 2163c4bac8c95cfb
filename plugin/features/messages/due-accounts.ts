import type { Knex } from 'knex';
import type { Candidate } from './turns.js';

interface DueRow {
  readonly id: number;
  readonly role: string;
  readonly parent_id: number | null;
  readonly due: number;
  readonly under_way: number;
  readonly host: string | null;
  readonly troubles: number;
}

/**
 * The accounts with due messages that are not suspended. An index finds one account after the other, so that none waits
 * behind the many messages of others.
 */
export async function dueAccounts(db: Knex, now: number): Promise<readonly Candidate[]> {
  const ofAccount = (table: string): Knex.QueryBuilder =>
    db(table).where(`${table}.owner_id`, db.ref('accounts.id'));
  const queued = ofAccount('messages').where('messages.state', 'queued');
  const accounts = db('waiting')
    .join('accounts', 'accounts.id', 'waiting.owner_id')
    .leftJoin('accounts as parents', 'parents.id', 'accounts.parent_id')
    .where('accounts.suspended', 0)
    .whereRaw('COALESCE(parents.suspended, 0) = 0')
    .select('accounts.id', 'accounts.role', 'accounts.parent_id', {
      due: queued.min('messages.next_attempt_at'),
      under_way: ofAccount('messages')
        .whereIn('messages.state', ['sending', 'handing-over'])
        .count(),
      host: ofAccount('smtp_servers').where({ confirmation: 'confirmed' }).min('host'),
      troubles: ofAccount('smtp_server_troubles').count(),
    });
  const rows: DueRow[] = await db
    .withRecursive('waiting', ['owner_id'], waitingOwners(db))
    .select('*')
    .from(accounts.as('due_accounts'))
    .where('due', '<=', now);
  return rows.map(candidateFrom);
}

/** Each owner once, by skipping from one to the next. */
function waitingOwners(db: Knex): Knex.QueryBuilder {
  const first = db('messages').where({ state: 'queued' }).min('owner_id as owner_id');
  const next = db('messages')
    .where({ state: 'queued' })
    .where('messages.owner_id', '>', db.ref('waiting.owner_id'))
    .min('messages.owner_id');
  return first.unionAll(db('waiting').whereNotNull('waiting.owner_id').select({ owner_id: next }));
}

function candidateFrom(row: DueRow): Candidate {
  const resellerId = row.role === 'reseller' ? row.id : row.parent_id;
  return {
    ownerId: row.id,
    groupId: resellerId ?? row.id,
    host: row.host ?? '',
    lane: row.troubles > 0 ? 'slow' : 'usual',
    due: row.due,
    underWay: row.under_way,
  };
}
