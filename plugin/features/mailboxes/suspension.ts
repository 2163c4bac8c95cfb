import type { Knex } from 'knex';
import { readable } from '../../addresses/index.js';
import type { Scope } from '../../viewing/scope.js';
import { ConflictError } from '../../errors.js';
import type { StoredAlias } from './alias.js';
import type { AliasStore } from './alias-store.js';
import type { Mailbox } from './mailbox.js';

/** What else is not delivered while a mailbox is suspended, as far as the viewer can see it. */
export interface Suspension {
  /** Their senders get an error. */
  readonly aliases: readonly StoredAlias[];
  /** Domains that forward mail for unknown recipients to it, which prevents the suspension; in ASCII. */
  readonly forwarding: readonly string[];
}

export async function suspensionOf(
  aliases: AliasStore,
  scope: Scope,
  address: string,
  tx?: Knex,
): Promise<Suspension> {
  const leading = await aliases.leadingTo(scope, address, tx);
  const over = [address, ...leading.map((alias) => alias.address)];
  return { aliases: leading, forwarding: await aliases.forwardingDomains(scope, over, tx) };
}

/** Why a mailbox cannot be suspended: a domain forwards to it, or the consequences for aliases are not confirmed. */
export function suspensionRefusal(
  { displayAddress }: Mailbox,
  { aliases, forwarding }: Suspension,
  confirmed: boolean,
): ConflictError | undefined {
  if (forwarding.length > 0) {
    const domain = readable(forwarding.join(', '));
    return new ConflictError('mailboxes.errors.suspended-forwarding', { domain });
  }
  return aliases.length > 0 && !confirmed
    ? new ConflictError('mailboxes.errors.suspension-unconfirmed', { address: displayAddress })
    : undefined;
}
