import type { Fields } from '../../../changes/changed-fields.js';
import type { Entry } from '../../../changes/entry.js';
import { ConflictError } from '../../../errors.js';
import { type Account, resellerOf } from '../../directory/account.js';
import type { Belongings, Owned } from '../../directory/account-store.js';
import type { Placement } from './placements.js';

/** An account as the audit log names it, and who may see the entry. */
export function about(
  account: Pick<Account, 'id' | 'login' | 'role' | 'parentId'>,
): Pick<Entry, 'subject' | 'ownerId' | 'resellerId'> {
  return { subject: account.login, ownerId: account.id, resellerId: resellerOf(account) };
}

export function inWords(
  account: Pick<Account, 'name' | 'email' | 'locale'>,
  { role, reseller, plan }: Placement,
): Fields {
  return {
    role,
    name: account.name,
    email: account.email,
    reseller: reseller?.login ?? null,
    plan: plan?.name ?? null,
    locale: account.locale ?? null,
  };
}

/** @throws {ConflictError} naming some of what the account owns. */
export function assertOwnsNothing({ domains, customers, smtpServers }: Belongings): void {
  if (domains.count > 0) {
    throw new ConflictError('accounts.errors.owns-domains', named(domains));
  }
  if (customers.count > 0) {
    throw new ConflictError('accounts.errors.owns-customers', named(customers));
  }
  if (smtpServers.count > 0) {
    throw new ConflictError('accounts.errors.owns-smtp-servers', named(smtpServers));
  }
}

/** The arguments of a text that names some of what is counted. */
export function named({ count, names }: Owned): { count: number; names: string } {
  return { count, names: names.join(', ') + (count > names.length ? ', …' : '') };
}
