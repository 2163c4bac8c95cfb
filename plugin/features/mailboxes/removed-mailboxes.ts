import type { Knex } from 'knex';
import { EmailAddress } from '../../addresses/index.js';
import type { AskedBack, RemovedKind } from '../../removals/kind.js';
import { admitMailboxes, isHeldToPlans } from '../../panel/directory/admission.js';
import { heldPlan } from '../../panel/directory/effective-plans.js';
import { permittedLimit } from '../../panel/directory/own-limit.js';
import { permittedQuota } from '../../panel/directory/permitted-quota.js';
import { withFreeLogins } from '../../removals/free-logins.js';
import type { AliasStore } from './alias-store.js';
import type { DomainMembers } from './domain-members.js';
import { keptMailbox } from './kept.js';
import { giveTargetsBack } from './lost-targets.js';
import { bytesPerMegabyte } from './mailbox.js';
import { domainOf, touchDomain } from './removed-domain.js';

interface Parts {
  readonly members: DomainMembers;
  readonly store: AliasStore;
}

/** How removed mailboxes come back: like new ones, with all that they held. */
export function removedMailboxes({ members, store }: Parts): RemovedKind {
  return {
    kept: keptMailbox,
    permission: 'mailboxes.manage',
    async refusal(db, asked) {
      const found = await domainOf(db, asked);
      if ('gone' in found) {
        return found.gone;
      }
      const { viewer, removal } = asked;
      const address = EmailAddress.parse(removal.name);
      const quotaBytes = (await quotaOf(members, asked)) || Infinity;
      const admission = await admitMailboxes(db, viewer, found.domain, { count: 1, quotaBytes });
      return (
        (await members.addressRefusal(db, viewer, address, removal.id)) ??
        admission.count ??
        admission.quota
      );
    },
    async adapted(tx, asked, kept) {
      const [mailbox = {}] = kept['mailboxes'] ?? [];
      const bytes = await quotaOf(members, asked);
      const limit = permittedLimit(mailbox['limit_per_hour'], await mostLimit(tx, asked));
      const { title: name } = asked.removal;
      const count = Math.floor(bytes / bytesPerMegabyte);
      const logins = await withFreeLogins(tx, kept['accounts'] ?? []);
      return {
        rows: {
          ...kept,
          mailboxes: [{ ...mailbox, quota_bytes: bytes, limit_per_hour: limit }],
          accounts: logins.rows,
        },
        left: [
          ...logins.left,
          ...(bytes === Number(mailbox['quota_bytes'])
            ? []
            : [{ key: 'removed.left.quota', args: { name, count } }]),
          ...(limit === (mailbox['limit_per_hour'] ?? null)
            ? []
            : [{ key: 'removed.left.limits', args: { count: 1 } }]),
        ],
      };
    },
    async complete(changing, asked) {
      await touchDomain(changing, asked);
      return await giveTargetsBack(changing, asked, store);
    },
  };
}

/** The quota that it had, or the largest that the plan still permits. */
async function quotaOf(members: DomainMembers, { viewer, removal }: AskedBack): Promise<number> {
  const most = await members.mostQuotaBytes(viewer, { owner_id: removal.ownerId });
  return permittedQuota(Number(removal.held.fields['quotaBytes']), most);
}

/** The highest outgoing limit that the plan permits by now; undefined means no limit. */
async function mostLimit(tx: Knex, { viewer, removal }: AskedBack): Promise<number | undefined> {
  return isHeldToPlans(viewer)
    ? (await heldPlan(tx, removal.ownerId)).limit('maxMailboxPerHour').value
    : undefined;
}
