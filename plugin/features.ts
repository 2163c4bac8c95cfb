import { networkInterfaces } from 'node:os';
import type { Changes } from './changes/changes.js';
import type { Database } from './database/database.js';
import { ApiTokens } from './features/api-tokens/index.js';
import { ApiTokenStore } from './features/api-tokens/store.js';
import { DomainMail } from './features/domain-mail/domain-mail.js';
import { relayRefusal } from './features/domain-mail/relay.js';
import { Relays } from './features/domain-mail/relays.js';
import { MailExchangers } from './features/domain-mail/mail-exchangers.js';
import { Trials } from './features/domain-mail/trials.js';
import { type MailboxFeatures, createMailboxFeatures } from './features/mailboxes/create.js';
import { Recipients } from './features/mailboxes/index.js';
import { type OutboxFeatures, createOutbox } from './features/messages/create.js';
import { Settings } from './features/settings/index.js';
import { type SmtpFeatures, createSmtpFeatures } from './features/smtp-servers/create.js';
import type { OutgoingConfig } from './features/smtp-servers/index.js';
import type { Manifest } from './manifest.js';
import { AccountStore } from './panel/directory/account-store.js';
import { DomainStore } from './panel/directory/domain-store.js';
import type { Panel } from './panel/panel.js';
import type { Secrets } from './secrets/secrets.js';
import type { Intake } from './web/intake.js';
import type { Logger } from './web/log.js';
import { RateLimits } from './web/rate-limits.js';

/** Everything that pages and commands can ask for. */
export interface Features extends MailboxFeatures, SmtpFeatures, OutboxFeatures {
  readonly domains: DomainStore;
  readonly settings: Settings;
  readonly domainMail: DomainMail;
  readonly exchangers: MailExchangers;
  readonly trials: Trials;
  readonly apiTokens: ApiTokens;
  readonly intake: Intake;
}

export interface FeatureParts {
  readonly db: Database;
  readonly changes: Changes;
  readonly manifest: Manifest;
  readonly panel: Pick<Panel, 'viewerOf'>;
  readonly log: Logger;
  readonly secrets: Secrets;
  readonly outgoing: OutgoingConfig;
  /** What links in mails begin with, with a slash at the end. */
  readonly publicUrl: string;
  readonly intake: Intake;
}

export function createFeatures(parts: FeatureParts): Features {
  const { db, changes } = parts;
  const domains = new DomainStore(db);
  const settings = new Settings({ db, changes, declared: parts.manifest.settings });
  const recipients = new Recipients(db, domains);
  const smtp = createSmtpFeatures({ ...parts, settings, relayRefusal });
  const relays = new Relays({ ...parts, servers: smtp.smtpServerStore, settings });
  return {
    domains,
    settings,
    intake: parts.intake,
    domainMail: new DomainMail({
      db,
      changes,
      domains,
      settings,
      recipients,
      relays,
      localAddresses,
    }),
    ...createMailboxFeatures({ db, changes, domains, settings, recipients }),
    ...smtp,
    ...createOutbox({ ...parts, ...smtp, settings }),
    trials: new Trials(db, domains),
    apiTokens: createApiTokens(parts),
    exchangers: new MailExchangers({ settings, servers: parts.outgoing.resolvers, localAddresses }),
  };
}

function createApiTokens({ db, changes, panel, log }: FeatureParts): ApiTokens {
  return new ApiTokens({
    changes,
    store: new ApiTokenStore(db),
    accounts: new AccountStore(db),
    panel,
    limits: new RateLimits(db),
    log,
  });
}

function localAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((each) =>
    (each ?? []).map(({ address }) => address),
  );
}
