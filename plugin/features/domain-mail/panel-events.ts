import type { Changing } from '../../changes/changes.js';
import { InvalidInputError } from '../../errors.js';
import { comesBack } from '../mailboxes/index.js';
import type { PanelListener } from '../../panel/panel.js';

/** Keeps what mail depends on in step with the panel's accounts. */
export const listenToPanel: PanelListener = async (event, changing) => {
  switch (event.kind) {
    case 'account-suspension-changed':
      await suspendDomains(event.accountId, changing);
      return;
    case 'account-address-changed':
      await assertReads('email', { id: event.accountId }, changing);
      await touchDomains(event.accountId, changing);
      return;
    case 'domain-created': {
      const owner = changing.tx('domains').where({ id: event.domainId }).select('owner_id');
      await assertReads('name', { id: owner }, changing);
      return;
    }
    case 'account-reseller-changed':
    case 'domain-removed':
  }
};

/** A domain is suspended exactly while its owner or its reseller is. */
async function suspendDomains(accountId: number, { tx, touch }: Changing): Promise<void> {
  const suspended = tx.raw(
    `CASE WHEN EXISTS (SELECT 1 FROM accounts WHERE accounts.suspended = 1
       AND accounts.id IN (domains.owner_id, domains.reseller_id)) THEN 1 ELSE 0 END`,
  );
  const outdated = tx('domains')
    .where((own) => {
      void own.where({ owner_id: accountId }).orWhere({ reseller_id: accountId });
    })
    .whereNot('suspended', suspended);
  const ids = await outdated.clone().pluck('id');
  await outdated.update({ suspended });
  await touch(ids.map(Number));
}

/**
 * What is addressed to the postmasters of an account's domains must end with the account.
 *
 * @throws {InvalidInputError} at the field when it would come back to one of them.
 */
async function assertReads(
  field: 'email' | 'name',
  account: Readonly<Record<'id', unknown>>,
  { tx }: Changing,
): Promise<void> {
  const owner = await tx<{ email: string }>('accounts').where(account).first('email');
  if (owner !== undefined && (await comesBack(tx, owner.email))) {
    throw new InvalidInputError({
      [field]: { key: 'domain-mail.errors.postmaster-loop', args: { address: owner.email } },
    });
  }
}

/** What is addressed to a domain's postmaster goes to its owner (RFC 5321 §4.5.1). */
async function touchDomains(ownerId: number, { tx, touch }: Changing): Promise<void> {
  const ids = await tx('domains').where({ owner_id: ownerId }).pluck('id');
  await touch(ids.map(Number));
}
