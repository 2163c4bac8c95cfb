import type { RemovedKind } from '../../removals/kind.js';
import type { Removal } from '../../removals/removal.js';
import type { AccountStore } from '../../panel/directory/account-store.js';
import { resellerOf } from '../../panel/directory/account.js';
import { keptServer } from './kept.js';
import { countRefusal } from './server-creation.js';
import { fieldRefusals } from './server-rules.js';
import type { ServerRulesFound, SmtpServers } from './smtp-servers.js';
import type { SmtpServerFields } from './smtp-server.js';
import type { SmtpServerStore } from './store.js';
import { holdServices } from './services.js';
import { fieldsIn, formOf } from './undo.js';

interface Parts {
  readonly accounts: AccountStore;
  readonly smtpServers: SmtpServers;
  readonly store: SmtpServerStore;
}

/** How removed SMTP servers come back: as far as new ones could be added. */
export function removedServers({
  accounts,
  smtpServers,
  store,
}: Parts): RemovedKind<ServerRulesFound> {
  return {
    kept: keptServer,
    permission: 'smtp-servers.manage',
    load: (_viewer, removal) => smtpServers.rulesFor(formOf(fieldsOf(removal), 0)),
    async refusal(tx, { viewer, removal, facts }) {
      const owner = await accounts.hold(tx, viewer.scope, removal.ownerId);
      if (owner === undefined) {
        return { key: 'removed.errors.owner-gone' };
      }
      const most = (await accounts.limitsOf(tx, owner)).maxSmtpServers;
      const full = countRefusal({ most, count: await store.count(tx, owner.id) });
      const fields = fieldsOf(removal);
      const hasServices = await holdServices(tx, fields.services);
      const rules = facts && fieldRefusals(fields, { ...facts, hasServices });
      return full ?? Object.values(rules ?? {}).find((refusal) => refusal !== undefined);
    },
    async adapted(tx, { viewer, removal }, kept) {
      const owner = await accounts.hold(tx, viewer.scope, removal.ownerId);
      const servers = (kept['smtp_servers'] ?? []).map((row) => ({
        ...row,
        reseller_id: owner === undefined ? null : (resellerOf(owner) ?? null),
        sort_owner: owner?.login ?? '',
      }));
      return { rows: { ...kept, smtp_servers: servers }, left: [] };
    },
    complete: async () => [],
  };
}

function fieldsOf({ held }: Removal): SmtpServerFields {
  const fields: SmtpServerFields = JSON.parse(JSON.stringify(fieldsIn(held.fields)));
  return fields;
}
