import { ConflictError } from '../../../errors.js';
import type { Belongings, Owned } from '../../directory/account-store.js';

/** Why an account cannot be removed: it owns something, with some names. */
export function belongingsRefusal({
  domains,
  customers,
  smtpServers,
  plans,
}: Belongings): ConflictError | undefined {
  if (domains.count > 0) {
    return new ConflictError('accounts.errors.owns-domains', named(domains));
  }
  if (customers.count > 0) {
    return new ConflictError('accounts.errors.owns-customers', named(customers));
  }
  if (smtpServers.count > 0) {
    return new ConflictError('accounts.errors.owns-smtp-servers', named(smtpServers));
  }
  return plans.count > 0
    ? new ConflictError('accounts.errors.owns-plans', named(plans))
    : undefined;
}

/** Arguments of a text with a count and some names. */
export function named({ count, names }: Owned): { count: number; names: string } {
  return { count, names: names.join(', ') + (count > names.length ? ', …' : '') };
}
