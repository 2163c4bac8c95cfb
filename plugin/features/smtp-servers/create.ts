import type { Changes } from '../../changes/changes.js';
import type { Database } from '../../database/database.js';
import { AccountStore } from '../../panel/directory/account-store.js';
import type { Secrets } from '../../secrets/secrets.js';
import { RateLimits } from '../../web/rate-limits.js';
import type { Settings } from '../settings/index.js';
import { Confirmations } from './confirmations.js';
import { LogoStore } from './logo-store.js';
import { MarkedServers } from './marked-servers.js';
import type { OutgoingConfig } from './policy.js';
import { SendingServices } from './sending-services.js';
import { SmtpServers, type SmtpServersParts } from './smtp-servers.js';
import { SmtpServerStore } from './store.js';

export interface SmtpFeatures {
  readonly smtpServers: SmtpServers;
  readonly markedServers: MarkedServers;
  readonly smtpServerStore: SmtpServerStore;
  readonly smtpLogos: LogoStore;
  readonly confirmations: Confirmations;
  readonly sendingServices: SendingServices;
}

export function createSmtpFeatures(parts: {
  readonly db: Database;
  readonly changes: Changes;
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly outgoing: OutgoingConfig;
  readonly publicUrl: string;
  readonly relayRefusal: SmtpServersParts['relayRefusal'];
}): SmtpFeatures {
  const store = new SmtpServerStore(parts.db, parts.secrets);
  const logos = new LogoStore(parts.db);
  const accounts = new AccountStore(parts.db);
  const limits = new RateLimits(parts.db);
  const all = { ...parts, store, logos, accounts, limits };
  return {
    smtpServers: new SmtpServers(all),
    markedServers: new MarkedServers(all),
    smtpServerStore: store,
    smtpLogos: logos,
    confirmations: new Confirmations(all),
    sendingServices: new SendingServices(parts),
  };
}
