import type { Database } from '../../../database/database.js';
import { Picker } from '../../../tables/picker.js';
import { AccountStore } from '../../directory/account-store.js';
import { DomainStore } from '../../directory/domain-store.js';
import { pickableAccounts } from '../../directory/pickables.js';
import type { PanelEvents } from '../../panel.js';
import { DomainCreation } from './domain-creation.js';
import { DomainImport } from './import-domains.js';

export function domainImport(db: Database, events: PanelEvents): DomainImport {
  return new DomainImport(
    new DomainCreation({
      accounts: new AccountStore(db),
      owners: new Picker(db, pickableAccounts),
      domains: new DomainStore(db),
      events,
    }),
  );
}
