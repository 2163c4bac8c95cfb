import { shared } from '../../../database/locks.js';
import type { FeatureParts } from '../../../feature.js';
import { withFreeLogins } from '../../../removals/free-logins.js';
import type { RemovedKind } from '../../../removals/kind.js';
import { AccountStore } from '../../directory/account-store.js';
import { keptDomain } from '../../directory/kept-domain.js';
import { domainAdapted, mailboxesAdapted } from './adapted-domain.js';
import { eventsOf } from './events.js';
import { contentsRefusal } from './contents-refusal.js';

/** How removed domains come back: like new ones of the same owner, with their mailboxes and aliases. */
export function removedDomains({
  db,
  registered,
}: Pick<FeatureParts, 'db' | 'registered'>): RemovedKind {
  const accounts = new AccountStore(db);
  return {
    kept: keptDomain,
    permission: 'domains.manage',
    async refusal(tx, { viewer, removal }) {
      const owner = await accounts.hold(tx, viewer.scope, removal.ownerId);
      if (owner === undefined) {
        return { key: 'removed.errors.owner-gone' };
      }
      const domains = tx<{ name: string; id: number }>('domains').where({ name: removal.name });
      return (await shared(tx, domains).first('id')) === undefined
        ? await contentsRefusal(tx, viewer, owner, removal)
        : { key: 'domains.errors.taken' };
    },
    async adapted(tx, { viewer, removal }, kept) {
      const owner = await accounts.hold(tx, viewer.scope, removal.ownerId);
      const domains = await domainAdapted(tx, kept['domains'] ?? [], { viewer, owner });
      const mailboxes = await mailboxesAdapted(tx, kept['mailboxes'] ?? [], { viewer, owner });
      const logins = await withFreeLogins(tx, kept['accounts'] ?? []);
      return {
        rows: { ...kept, domains: domains.rows, mailboxes: mailboxes.rows, accounts: logins.rows },
        left: [...domains.left, ...mailboxes.left, ...logins.left],
      };
    },
    async complete(changing, { removal }) {
      await changing.touch([removal.thingId]);
      const events = await eventsOf(registered);
      await events.emit({ kind: 'domain-restored', domainId: removal.thingId }, changing);
      return [];
    },
  };
}
