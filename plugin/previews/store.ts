import type { Knex } from 'knex';
import type { Database } from '../database/database.js';
import { holdAccount } from '../database/locks.js';
import type { Fields } from '../changes/changed-fields.js';
import type { Json } from '../jobs/kind.js';
import type { Viewer } from '../viewing/viewer.js';
import {
  type Preview,
  type PreviewClass,
  type PreviewKind,
  type PreviewSelection,
  appliesForMs,
} from './preview.js';

export interface NewPreview {
  readonly action: string;
  readonly thing: string;
  readonly wanted: Json | undefined;
  readonly selection: PreviewSelection;
  readonly list: string;
  /** If a program asked for it under a key. */
  readonly under?: RequestKey | undefined;
}

/** The key of a program's request, with the digest of what it asked for. */
export interface RequestKey {
  readonly key: string;
  readonly fingerprint: string;
}

export interface PreviewApplied {
  readonly id: number;
  readonly jobId: number | undefined;
  readonly group: string;
  readonly at: number;
  readonly tellsOwners: boolean;
}

interface PreviewRow {
  readonly id: number;
  readonly action: string;
  readonly account_id: number;
  readonly actor_id: number | null;
  readonly scope: string;
  readonly wanted: string;
  readonly selection: string;
  readonly list: string;
  readonly counted_to: number;
  readonly is_counted: number;
  readonly will_change: number;
  readonly already_so: number;
  readonly refused: number;
  readonly created_at: number;
  readonly expires_at: number;
  readonly applied_at: number | null;
  readonly group_id: string | null;
  readonly job_id: number | null;
  readonly applied_to: number;
  readonly tells_owners: number;
}

interface ClassRow {
  readonly number: number;
  readonly kind: PreviewKind;
  readonly is_alike: number;
  readonly wanted: string | null;
  readonly before: string | null;
  readonly after: string | null;
  readonly reasons: string | null;
  readonly row_count: number;
}

const dayMs = 24 * 60 * 60 * 1000;
/** As long as jobs are kept. */
const keptMs = 90 * dayMs;

/** Previews of an account that can wait to be applied. */
export const mostUnapplied = 20;

/** Previews of the account that asked for them: nobody else has them. */
export class PreviewStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Takes the place of the account's oldest one if it has many that were not applied. @returns its ID. */
  async insert(viewer: Viewer, made: NewPreview, at: number): Promise<number> {
    return await this.#db.transaction(async (tx) => {
      await removeOldest(tx, viewer.accountId);
      const [id] = await tx('previews').insert({
        action: made.action,
        thing: made.thing,
        account_id: viewer.accountId,
        owner_id: viewer.accountId === 0 ? null : viewer.accountId,
        actor_id: viewer.actorId ?? null,
        scope: JSON.stringify(viewer.scope),
        wanted: JSON.stringify(made.wanted ?? null),
        selection: JSON.stringify(made.selection),
        list: made.list,
        created_at: at,
        expires_at: at + appliesForMs,
        kept_until: at + dayMs,
      });
      if (made.under !== undefined) {
        await tx('preview_keys').insert(keyColumns(viewer, made.under, Number(id)));
      }
      return Number(id);
    });
  }

  /** What an account's key stands for. */
  async underKey(
    { accountId }: Pick<Viewer, 'accountId'>,
    key: string,
  ): Promise<{ readonly previewId: number; readonly fingerprint: string } | undefined> {
    const row: { preview_id: number; fingerprint: string } | undefined = await this.#db
      .knex('preview_keys')
      .where({ account_id: accountId, idempotency_key: key })
      .first();
    return row && { previewId: row.preview_id, fingerprint: row.fingerprint };
  }

  /** Lets a key stand for the application of a preview. */
  async addKey(viewer: Viewer, under: RequestKey, id: number): Promise<void> {
    await this.#db.transaction((tx) => tx('preview_keys').insert(keyColumns(viewer, under, id)));
  }

  async find({ accountId }: Pick<Viewer, 'accountId'>, id: number): Promise<Preview | undefined> {
    const row = await this.#db
      .knex<PreviewRow>('previews')
      .where({ id, account_id: accountId })
      .where('kept_until', '>', 0)
      .first();
    return row && previewFrom(row);
  }

  /** The preview that a job applies. */
  async ofJob(
    { accountId }: Pick<Viewer, 'accountId'>,
    jobId: number,
  ): Promise<Preview | undefined> {
    const row = await this.#db
      .knex<PreviewRow>('previews')
      .where({ job_id: jobId, account_id: accountId })
      .first();
    return row && previewFrom(row);
  }

  /** Marks it as applied. @returns whether it was not before. */
  async markApplied(
    tx: Knex.Transaction,
    { id, jobId, group, at, tellsOwners }: PreviewApplied,
  ): Promise<boolean> {
    const marked = await tx('previews')
      .where({ id })
      .whereNull('applied_at')
      .update({
        applied_at: at,
        group_id: group,
        job_id: jobId ?? null,
        tells_owners: tellsOwners,
        kept_until: at + keptMs,
      });
    return marked === 1;
  }
}

function keyColumns(
  { accountId }: Pick<Viewer, 'accountId'>,
  { key, fingerprint }: RequestKey,
  id: number,
): object {
  return { account_id: accountId, idempotency_key: key, fingerprint, preview_id: id };
}

/** Each stores its rows, so an account has few at once. Deleting many rows takes long, so a sweep does it. */
async function removeOldest(tx: Knex.Transaction, accountId: number): Promise<void> {
  await holdAccount(tx, accountId);
  const ids: number[] = await tx('previews')
    .where({ account_id: accountId })
    .where('kept_until', '>', 0)
    .whereNull('applied_at')
    .orderBy('id', 'desc')
    .offset(mostUnapplied - 1)
    .limit(mostUnapplied)
    .pluck('id');
  await tx('preview_keys').whereIn('preview_id', ids).delete();
  await tx('previews').whereIn('id', ids).update({ kept_until: 0 });
}

function previewFrom(row: PreviewRow): Preview {
  const wanted: Json = JSON.parse(row.wanted);
  const selection: PreviewSelection = JSON.parse(row.selection);
  return {
    id: row.id,
    action: row.action,
    accountId: row.account_id,
    actorId: row.actor_id ?? undefined,
    scope: row.scope,
    wanted: wanted ?? undefined,
    selection,
    list: row.list,
    countedTo: row.counted_to,
    isCounted: row.is_counted === 1,
    counts: {
      'will-change': row.will_change,
      'already-so': row.already_so,
      refused: row.refused,
    },
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    appliedAt: row.applied_at ?? undefined,
    group: row.group_id ?? undefined,
    jobId: row.job_id ?? undefined,
    appliedTo: row.applied_to,
    tellsOwners: row.tells_owners === 1,
  };
}

export function classFrom(row: ClassRow): PreviewClass {
  const wanted: Json = JSON.parse(row.wanted ?? 'null');
  return {
    number: row.number,
    kind: row.kind,
    isAlike: row.is_alike === 1,
    wanted: wanted ?? undefined,
    before: fieldsIn(row.before),
    after: fieldsIn(row.after),
    reasons: JSON.parse(row.reasons ?? '[]'),
    count: row.row_count,
  };
}

function fieldsIn(json: string | null): Fields | undefined {
  return json === null ? undefined : JSON.parse(json);
}
