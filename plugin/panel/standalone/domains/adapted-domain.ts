import type { Knex } from 'knex';
import { DomainName } from '../../../addresses/index.js';
import type { FieldError } from '../../../errors.js';
import type { Row } from '../../../removals/kept-rows.js';
import type { Viewer } from '../../../viewing/viewer.js';
import { type Account, resellerOf } from '../../directory/account.js';
import { ownerColumns } from '../../directory/domain-store.js';
import { isHeldToPlans } from '../../directory/admission.js';
import type { EffectivePlan } from '../../directory/effective-plan.js';
import { heldPlan } from '../../directory/effective-plans.js';
import { permittedLimit } from '../../directory/own-limit.js';
import { permittedQuota } from '../../directory/permitted-quota.js';

interface AdaptedRows {
  readonly rows: readonly Row[];
  /** What does not come back, in sentences. */
  readonly left: readonly FieldError[];
}

/** Who brings a domain back, and whose it is. */
interface ComingBack {
  readonly viewer: Viewer;
  readonly owner: Account | undefined;
}

/** A domain's row with what follows its owner, and without choices that are gone or that the plan no longer permits. */
export async function domainAdapted(
  tx: Knex.Transaction,
  [row]: readonly Row[],
  { viewer, owner }: ComingBack,
): Promise<AdaptedRows> {
  if (row === undefined || owner === undefined) {
    return { rows: [], left: [] };
  }
  const { relay_id: relay, name } = row;
  const plan = await heldPlan(tx, owner.id);
  const relayId = await ifThere(tx, relay, {
    table: 'smtp_servers',
    column: 'id',
    owner_id: owner.id,
  });
  const webmail = await webmailAdapted(tx, row['webmail'], plan);
  const most = isHeldToPlans(viewer) ? plan.limit('maxDomainPerHour').value : undefined;
  const limit = permittedLimit(row['limit_per_hour'], most);
  const adapted = {
    ...ownerColumns(DomainName.parse(String(name)), owner),
    reseller_id: resellerOf(owner) ?? null,
    suspended: Number(owner.suspended || (await isSuspended(tx, owner.parentId))),
    relay_id: relayId,
    webmail: webmail.key,
    limit_per_hour: limit,
  };
  return {
    rows: [{ ...row, ...adapted }],
    left: [
      ...(relay === relayId ? [] : [{ key: 'removed.left.relay' }]),
      ...webmail.left,
      ...loweredTo(row['limit_per_hour'], limit),
    ],
  };
}

/** The key of a domain's webmail, or null if it is gone or the plan no longer includes it. */
async function webmailAdapted(
  tx: Knex.Transaction,
  key: unknown,
  plan: EffectivePlan,
): Promise<{ readonly key: unknown; readonly left: readonly FieldError[] }> {
  const found = await ifThere(tx, key, { table: 'webmails', column: 'key' });
  if (found !== key) {
    return { key: null, left: [{ key: 'removed.left.webmail' }] };
  }
  return key === null || offers(plan, key)
    ? { key, left: [] }
    : { key: null, left: [{ key: 'removed.left.webmail-not-in-plan' }] };
}

function offers({ webmails }: EffectivePlan, key: unknown): boolean {
  return webmails === 'all' || webmails.some((each) => each === key);
}

function loweredTo(before: unknown, limit: number | null): readonly FieldError[] {
  return limit === null || limit === Number(before)
    ? []
    : [{ key: 'removed.left.limit', args: { count: limit } }];
}

/** A domain's mailboxes, with no larger quotas and no higher limits than the plan permits by now. */
export async function mailboxesAdapted(
  tx: Knex.Transaction,
  rows: readonly Row[],
  { viewer, owner }: ComingBack,
): Promise<AdaptedRows> {
  const plan = owner && isHeldToPlans(viewer) ? await heldPlan(tx, owner.id) : undefined;
  const adapted = rows.map((row) => ({
    ...row,
    quota_bytes: permittedQuota(Number(row['quota_bytes']), plan?.limit('maxQuotaBytes').value),
    limit_per_hour: permittedLimit(row['limit_per_hour'], plan?.limit('maxMailboxPerHour').value),
  }));
  const differing = (column: 'quota_bytes' | 'limit_per_hour'): number =>
    adapted.filter((row, at) => row[column] !== (rows[at]?.[column] ?? null)).length;
  const [quotas, limits] = [differing('quota_bytes'), differing('limit_per_hour')];
  return {
    rows: adapted,
    left: [
      ...(quotas === 0 ? [] : [{ key: 'removed.left.quotas', args: { count: quotas } }]),
      ...(limits === 0 ? [] : [{ key: 'removed.left.limits', args: { count: limits } }]),
    ],
  };
}

/** What a column names, or null if that is gone. */
async function ifThere(
  tx: Knex.Transaction,
  value: unknown,
  { table, column, ...others }: Row & { readonly table: string; readonly column: string },
): Promise<unknown> {
  const isGone = value === null || !(await isThere(tx, table, { [column]: value, ...others }));
  return isGone ? null : value;
}

async function isThere(tx: Knex.Transaction, table: string, row: Row): Promise<boolean> {
  return (await tx(table).where(row).forShare().first()) !== undefined;
}

async function isSuspended(tx: Knex.Transaction, parentId: number | undefined): Promise<boolean> {
  return parentId !== undefined && (await isThere(tx, 'accounts', { id: parentId, suspended: 1 }));
}
