import type { Fields } from '../../../changes/changed-fields.js';
import type { Entry } from '../../../changes/entry.js';
import { type Account, resellerOf } from '../../directory/account.js';
import type { Placement } from './placements.js';

/** The subject of an audit entry about an account, and who may see the entry. */
export function about(
  account: Pick<Account, 'id' | 'login' | 'role' | 'parentId'>,
): Pick<Entry, 'subject' | 'ownerId' | 'resellerId'> {
  return { subject: account.login, ownerId: account.id, resellerId: resellerOf(account) };
}

/** The fields of an account that audit entries record. */
export function auditFields(
  account: Pick<Account, 'name' | 'email' | 'locale' | 'limitPerHour'>,
  { role, reseller, plan }: Placement,
): Fields {
  return {
    role,
    name: account.name,
    email: account.email,
    reseller: reseller?.login ?? null,
    plan: plan?.name ?? null,
    locale: account.locale ?? null,
    limitPerHour: account.limitPerHour ?? null,
  };
}
