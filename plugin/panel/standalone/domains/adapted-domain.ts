import type { Knex } from 'knex';
import { DomainName } from '../../../addresses/index.js';
import type { FieldError } from '../../../errors.js';
import type { Row } from '../../../removals/kept-rows.js';
import type { Viewer } from '../../../viewing/viewer.js';
import { type Account, resellerOf } from '../../directory/account.js';
import { ownerColumns } from '../../directory/domain-store.js';
import { permittedQuota } from '../../directory/permitted-quota.js';
import { mostQuota } from './contents-refusal.js';

interface AdaptedRows {
  readonly rows: readonly Row[];
  /** What does not come back, in sentences. */
  readonly left: readonly FieldError[];
}

/** A domain's row with what follows its owner, and without choices that are gone. */
export async function domainAdapted(
  tx: Knex.Transaction,
  [row]: readonly Row[],
  owner: Account | undefined,
): Promise<AdaptedRows> {
  if (row === undefined || owner === undefined) {
    return { rows: [], left: [] };
  }
  const { relay_id: relay, webmail, name } = row;
  const choices = {
    relay_id: await ifThere(tx, relay, { table: 'smtp_servers', column: 'id', owner_id: owner.id }),
    webmail: await ifThere(tx, webmail, { table: 'webmails', column: 'key' }),
  };
  const ofOwner = {
    ...ownerColumns(DomainName.parse(String(name)), owner),
    reseller_id: resellerOf(owner) ?? null,
    suspended: Number(owner.suspended || (await isSuspended(tx, owner.parentId))),
  };
  return {
    rows: [{ ...row, ...ofOwner, ...choices }],
    left: [
      ...(relay === choices.relay_id ? [] : [{ key: 'removed.left.relay' }]),
      ...(webmail === choices.webmail ? [] : [{ key: 'removed.left.webmail' }]),
    ],
  };
}

/** A domain's mailboxes, with no larger quotas than the plan permits by now. */
export async function mailboxesAdapted(
  tx: Knex.Transaction,
  rows: readonly Row[],
  { viewer, owner }: { readonly viewer: Viewer; readonly owner: Account | undefined },
): Promise<AdaptedRows> {
  const most = owner && (await mostQuota(tx, viewer, owner));
  const adapted = rows.map((row) => ({
    ...row,
    quota_bytes: permittedQuota(Number(row['quota_bytes']), most),
  }));
  const count = adapted.filter((row, at) => row.quota_bytes !== rows[at]?.['quota_bytes']).length;
  return {
    rows: adapted,
    left: count === 0 ? [] : [{ key: 'removed.left.quotas', args: { count } }],
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
