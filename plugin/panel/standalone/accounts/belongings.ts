import { ConflictError } from '../../../errors.js';
import type { Belongings, Owned } from '../../directory/account-store.js';

/** Why an account must stay: it owns something, of which some is named. */
export function belongingsRefusal({
  domains,
  customers,
  smtpServers,
}: Belongings): ConflictError | undefined {
  if (domains.count > 0) {
    return new ConflictError('accounts.errors.owns-domains', named(domains));
  }
  if (customers.count > 0) {
    return new ConflictError('accounts.errors.owns-customers', named(customers));
  }
  return smtpServers.count > 0
    ? new ConflictError('accounts.errors.owns-smtp-servers', named(smtpServers))
    : undefined;
}

/** The arguments of a text that names some of what is counted. */
export function named({ count, names }: Owned): { count: number; names: string } {
  return { count, names: names.join(', ') + (count > names.length ? ', …' : '') };
}
