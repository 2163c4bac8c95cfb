import type { Changing } from '../../changes/changes.js';
import { InvalidInputError } from '../../errors.js';
import { comesBack } from '../mailboxes/index.js';
import { webmailsIn } from '../../panel/directory/webmail-store.js';
import type { PanelListener } from '../../panel/panel.js';
import { giveDefaultWebmail } from './store.js';

/** Keeps mail settings in step with the panel's accounts. */
export const listenToPanel: PanelListener = async (event, changing) => {
  switch (event.kind) {
    case 'account-suspension-changed':
      await suspendDomains(event.accountId, changing);
      return;
    case 'account-address-changed':
      await assertReads('email', { id: event.accountId }, changing);
      await touchDomains(event.accountId, changing);
      return;
    case 'domain-restored':
    case 'domain-created': {
      const owner = changing.tx('domains').where({ id: event.domainId }).select('owner_id');
      await assertReads('name', { id: owner }, changing);
      if (event.kind === 'domain-created') {
        await giveDefaultWebmail(changing.tx, event.domainId, await webmailsIn(changing.tx));
      }
      return;
    }
    case 'account-reseller-changed':
    case 'domain-removed':
  }
};

/** Suspends a domain exactly while its owner or the owner's reseller is suspended. */
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
 * Postmaster mail of an account's domains must end at the account's address.
 *
 * @throws {InvalidInputError} at the field if it would loop back to one of the postmasters.
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

/** A domain's postmaster mail goes to its owner (RFC 5321 §4.5.1). */
async function touchDomains(ownerId: number, { tx, touch }: Changing): Promise<void> {
  const ids = await tx('domains').where({ owner_id: ownerId }).pluck('id');
  await touch(ids.map(Number));
}
