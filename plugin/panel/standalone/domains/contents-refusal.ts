import type { Knex } from 'knex';
import type { FieldError } from '../../../errors.js';
import { keptRows } from '../../../removals/kept-rows.js';
import type { Removal } from '../../../removals/removal.js';
import type { Viewer } from '../../../viewing/viewer.js';
import type { Account } from '../../directory/account.js';
import {
  admitAliases,
  admitDomains,
  admitMailboxes,
  isHeldToPlans,
} from '../../directory/admission.js';
import { heldPlan } from '../../directory/effective-plans.js';
import { permittedQuota } from '../../directory/permitted-quota.js';

/** Why an owner's plan has no place for a removed domain with its contents, if so. */
export async function contentsRefusal(
  tx: Knex,
  viewer: Viewer,
  owner: Account,
  { id, thingId, held }: Removal,
): Promise<FieldError | undefined> {
  const domain = { id: thingId, owner_id: owner.id };
  const most = await mostQuota(tx, viewer, owner);
  const quotas = (await keptRows(tx, id, 'mailboxes')).map(
    (row) => permittedQuota(Number(row['quota_bytes']), most) || Infinity,
  );
  const { count, quota } = await admitMailboxes(tx, viewer, domain, {
    count: quotas.length,
    quotaBytes: quotas.reduce((sum, bytes) => sum + bytes, 0),
  });
  return (
    (await admitDomains(tx, viewer, owner)) ??
    count ??
    quota ??
    (await admitAliases(tx, viewer, domain, held.counts?.['aliases'] ?? 0))
  );
}

/** The largest quota of a mailbox; undefined means no limit. */
async function mostQuota(
  tx: Knex,
  viewer: Viewer,
  { id }: Pick<Account, 'id'>,
): Promise<number | undefined> {
  return isHeldToPlans(viewer) ? (await heldPlan(tx, id)).limit('maxQuotaBytes').value : undefined;
}
