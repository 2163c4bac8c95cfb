import { ConflictError } from '../../../errors.js';
import type { Belongings, Owned } from '../../directory/account-store.js';

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
