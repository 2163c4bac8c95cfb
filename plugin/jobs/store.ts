import type { Knex } from 'knex';
import type { Database } from '../database/database.js';
import { actorColumns } from '../viewing/actor.js';
import { type Scope, isWithin } from '../viewing/scope.js';
import type { Viewer } from '../viewing/viewer.js';
import { type Job, noResult } from './job.js';
import type { Json } from './kind.js';
import { type JobRow, jobFrom } from './rows.js';

export interface NewJob {
  readonly kind: string;
  readonly titleKey: string;
  readonly payload: Json;
  readonly total: number;
  readonly group: string;
  readonly at: number;
}

/** Jobs within a viewer's scope. */
export class JobStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** @returns its id. */
  async insert(
    tx: Knex.Transaction,
    viewer: Viewer,
    { kind, titleKey, payload, total, group, at }: NewJob,
  ): Promise<number> {
    const [id] = await tx('jobs').insert({
      kind,
      title_key: titleKey,
      ...(await ownerOf(tx, viewer)),
      ...actorColumns(viewer),
      group_id: group,
      payload: JSON.stringify(payload),
      total,
      result: JSON.stringify(noResult),
      state: 'queued',
      next_attempt_at: at,
      created_at: at,
    });
    return Number(id);
  }

  async find(scope: Scope, id: number): Promise<Job | undefined> {
    const row = await this.#db.knex<JobRow>('jobs').where({ id }).first();
    return row !== undefined && isWithin(scope, row) ? jobFrom(row) : undefined;
  }

  /** Locks the job (FOR UPDATE). */
  async held(tx: Knex.Transaction, scope: Scope, id: number): Promise<JobRow | undefined> {
    const row = await tx<JobRow>('jobs').where({ id }).forUpdate().first();
    return row !== undefined && isWithin(scope, row) ? row : undefined;
  }

  /** Cancels a waiting job at once, and a running one after its current chunk. */
  async cancel(tx: Knex.Transaction, { id, state }: JobRow, at: number): Promise<void> {
    await tx('jobs')
      .where({ id })
      .update(
        state === 'queued'
          ? { state: 'cancelled', cancel_asked: 1, finished_at: at, next_attempt_at: null }
          : { cancel_asked: 1 },
      );
  }
}

/** The owner of a viewer's jobs; the command line's have none. */
async function ownerOf(
  tx: Knex.Transaction,
  { accountId, role }: Viewer,
): Promise<{ owner_id: number | null; reseller_id: number | null }> {
  if (accountId === 0) {
    return { owner_id: null, reseller_id: null };
  }
  const account: { parent_id: number | null } | undefined = await tx('accounts')
    .where({ id: accountId })
    .first('parent_id');
  const resellerId = role === 'reseller' ? accountId : (account?.parent_id ?? null);
  return { owner_id: accountId, reseller_id: resellerId };
}
