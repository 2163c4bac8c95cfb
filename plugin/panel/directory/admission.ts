import type { Knex } from 'knex';
import { shared } from '../../database/locks.js';
import type { FieldError } from '../../errors.js';
import type { Viewer } from '../../viewing/viewer.js';
import type { Account } from './account.js';
import type { DomainRow } from './domain.js';
import type { EffectivePlan } from './effective-plan.js';
import { heldPlan } from './effective-plans.js';
import type { LimitName } from './plan.js';

/** Administrators have no limits. */
export function isHeldToPlans({ role }: Pick<Viewer, 'role'>): boolean {
  return role !== 'administrator';
}

/** Why an account cannot have that many more domains, if so. The account is locked. */
export async function admitDomains(
  tx: Knex,
  viewer: Viewer,
  { id }: Pick<Account, 'id'>,
  more = 1,
): Promise<FieldError | undefined> {
  if (!isHeldToPlans(viewer)) {
    return undefined;
  }
  const plan = await heldPlan(tx, id);
  const own = (): Knex.QueryBuilder => tx('domains').where({ owner_id: id });
  return await overfull(tx, own, more, {
    plan,
    limit: 'maxDomains',
    key: 'domains.errors.plan-full',
  });
}

export interface MoreMailboxes {
  readonly count: number;
  /** The quota of all of them; infinite if one has none. */
  readonly quotaBytes: number;
}

/** Why a domain cannot have these mailboxes as well, if so. The domain and its owner are locked. */
export async function admitMailboxes(
  tx: Knex,
  viewer: Viewer,
  domain: Pick<DomainRow, 'id' | 'owner_id'>,
  more: MoreMailboxes,
): Promise<{ readonly count?: FieldError; readonly quota?: FieldError }> {
  if (!isHeldToPlans(viewer)) {
    return {};
  }
  const plan = await heldPlan(tx, domain.owner_id);
  const count = await membersRefusal(tx, 'mailboxes', { domain, plan, more: more.count });
  const quota = allQuotaRefusal(await roomIn(tx, plan, domain.owner_id), more.quotaBytes);
  return { ...(count && { count }), ...(quota && { quota }) };
}

/** What is left of the quota of all mailboxes of an account. */
export interface QuotaRoom {
  readonly mostBytes: number;
  readonly leftBytes: number;
}

/** Undefined if there is no limit. In a transaction, the account must be locked. */
export async function quotaRoom(
  db: Knex,
  viewer: Viewer,
  ownerId: number,
): Promise<QuotaRoom | undefined> {
  return isHeldToPlans(viewer) ? await roomIn(db, await heldPlan(db, ownerId), ownerId) : undefined;
}

async function roomIn(
  db: Knex,
  plan: EffectivePlan,
  ownerId: number,
): Promise<QuotaRoom | undefined> {
  const { value: mostBytes } = plan.limit('maxAllQuotaBytes');
  return mostBytes === undefined
    ? undefined
    : { mostBytes, leftBytes: mostBytes - (await quotaOf(db, ownerId)) };
}

/** Why mailboxes cannot have that much more quota, if so: infinitely more is one without a limit. */
export function allQuotaRefusal(
  room: QuotaRoom | undefined,
  moreBytes: number,
): FieldError | undefined {
  if (room === undefined || moreBytes <= 0 || moreBytes <= room.leftBytes) {
    return undefined;
  }
  return {
    key: 'mailboxes.errors.quota-in-all',
    args: { count: megabytes(room.mostBytes), left: megabytes(room.leftBytes) },
  };
}

function megabytes(bytes: number): number {
  return Math.max(0, Math.floor(bytes / 1024 ** 2));
}

/** Why a domain cannot have that many more aliases, if so. The domain and its owner are locked. */
export async function admitAliases(
  tx: Knex,
  viewer: Viewer,
  domain: Pick<DomainRow, 'id' | 'owner_id'>,
  more = 1,
): Promise<FieldError | undefined> {
  return isHeldToPlans(viewer)
    ? await membersRefusal(tx, 'aliases', {
        domain,
        plan: await heldPlan(tx, domain.owner_id),
        more,
      })
    : undefined;
}

/** The limits of a domain's members, and of all domains of an owner. */
export const membersLimits = {
  mailboxes: ['maxMailboxes', 'maxAllMailboxes'],
  aliases: ['maxAliases', 'maxAllAliases'],
} as const;

async function membersRefusal(
  tx: Knex,
  kind: 'mailboxes' | 'aliases',
  {
    domain,
    plan,
    more,
  }: { domain: Pick<DomainRow, 'id' | 'owner_id'>; plan: EffectivePlan; more: number },
): Promise<FieldError | undefined> {
  const [each, all] = membersLimits[kind];
  const here = (): Knex.QueryBuilder => tx(kind).where({ domain_id: domain.id });
  const owned = (): Knex.QueryBuilder =>
    tx(kind).whereIn('domain_id', tx('domains').where({ owner_id: domain.owner_id }).select('id'));
  return (
    (await overfull(tx, here, more, { plan, limit: each, key: `${kind}.errors.plan-full` })) ??
    (await overfull(tx, owned, more, { plan, limit: all, key: `${kind}.errors.plan-full-in-all` }))
  );
}

async function overfull(
  tx: Knex,
  rows: () => Knex.QueryBuilder,
  more: number,
  { plan, limit, key }: { plan: EffectivePlan; limit: LimitName; key: string },
): Promise<FieldError | undefined> {
  const { value: most } = plan.limit(limit);
  if (most === undefined || more === 0) {
    return undefined;
  }
  // Rows that others have just added count, too: a plain read may be of an older state.
  const [row] = await shared(tx, rows()).count<{ n: number }[]>('* as n');
  return Number(row?.n) + more <= most ? undefined : { key, args: { count: most } };
}

/** The quota of all mailboxes of an account, without those that have none. */
async function quotaOf(db: Knex, ownerId: number): Promise<number> {
  const owned = db('domains').where({ owner_id: ownerId }).select('id');
  const [row] = await shared(db, db('mailboxes').whereIn('domain_id', owned)).sum<
    { n: number | string | null }[]
  >('quota_bytes as n');
  return Number(row?.n ?? 0);
}
