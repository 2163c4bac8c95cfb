import type { Database } from '../../../database/database.js';
import type { AnyImportKind } from '../../../imports/kind.js';
import { Picker } from '../../../tables/picker.js';
import { AccountStore } from '../../directory/account-store.js';
import { DomainStore } from '../../directory/domain-store.js';
import { pickableAccounts } from '../../directory/pickables.js';
import type { PanelEvents } from '../../panel.js';
import { DomainCreation } from './domain-creation.js';
import { domainImport } from './import-domains.js';

export function importOfDomains(db: Database, events: PanelEvents): AnyImportKind {
  return domainImport(
    new DomainCreation({
      accounts: new AccountStore(db),
      owners: new Picker(db, pickableAccounts),
      domains: new DomainStore(db),
      events,
    }),
  );
}
