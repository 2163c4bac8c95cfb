import { networkInterfaces } from 'node:os';
import type { Changes } from './database/changes.js';
import type { Database } from './database/database.js';
import { DomainMail } from './features/domain-mail/domain-mail.js';
import { MailExchangers } from './features/domain-mail/mail-exchangers.js';
import { Trials } from './features/domain-mail/trials.js';
import { type MailboxFeatures, createMailboxFeatures } from './features/mailboxes/create.js';
import { Recipients } from './features/mailboxes/index.js';
import { Settings } from './features/settings/index.js';
import type { Manifest } from './manifest.js';
import { DomainStore } from './panel/directory/domain-store.js';

/** Everything that pages and commands can ask for. */
export interface Features extends MailboxFeatures {
  readonly domains: DomainStore;
  readonly settings: Settings;
  readonly domainMail: DomainMail;
  readonly exchangers: MailExchangers;
  readonly trials: Trials;
}

export function createFeatures(parts: {
  readonly db: Database;
  readonly changes: Changes;
  readonly manifest: Manifest;
  readonly resolvers: readonly string[];
}): Features {
  const { db, changes } = parts;
  const domains = new DomainStore(db);
  const settings = new Settings({ db, changes, declared: parts.manifest.settings });
  const recipients = new Recipients(db, domains);
  return {
    domains,
    settings,
    domainMail: new DomainMail({ db, changes, domains, settings, recipients, localAddresses }),
    ...createMailboxFeatures({ db, changes, domains, settings, recipients }),
    trials: new Trials(db, domains),
    exchangers: new MailExchangers({ settings, servers: parts.resolvers, localAddresses }),
  };
}

function localAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((each) =>
    (each ?? []).map(({ address }) => address),
  );
}
