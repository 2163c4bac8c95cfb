import type { Changes } from '../../changes/changes.js';
import type { Config } from '../../config.js';
import type { Database } from '../../database/database.js';
import { AccountStore } from '../../panel/directory/account-store.js';
import { publicUrl } from '../../web/panel-url.js';
import type { Secrets } from '../../secrets/secrets.js';
import type { OfferedActions } from '../../previews/action.js';
import type { Previews } from '../../previews/previews.js';
import { RateLimits } from '../../web/rate-limits.js';
import type { Settings } from '../settings/index.js';
import { Confirmations } from './confirmations.js';
import { LogoStore } from './logo-store.js';
import { ServerRemoval, removalAction } from './removal.js';
import { type OutgoingConfig, outgoingConfig } from './policy.js';
import { SendingServices } from './sending-services.js';
import { SmtpServers } from './smtp-servers.js';
import { smtpServerTable } from './table.js';
import { SmtpServerStore } from './store.js';

export interface SmtpFeatures {
  /** The operator's configuration of connections. */
  readonly outgoing: OutgoingConfig;
  readonly smtpServers: SmtpServers;
  readonly actionsOnServers: OfferedActions;
  readonly previews: Previews;
  readonly serverRemoval: ServerRemoval;
  readonly smtpServerStore: SmtpServerStore;
  readonly smtpLogos: LogoStore;
  readonly confirmations: Confirmations;
  readonly sendingServices: SendingServices;
}

export function createSmtpFeatures(parts: {
  readonly config: Config;
  readonly db: Database;
  readonly changes: Changes;
  readonly settings: Settings;
  readonly previews: Previews;
  readonly secrets: Secrets;
}): SmtpFeatures {
  const { config } = parts;
  const outgoing = outgoingConfig(config);
  const store = new SmtpServerStore(parts.db, parts.secrets);
  const logos = new LogoStore(parts.db);
  const accounts = new AccountStore(parts.db);
  const limits = new RateLimits(parts.db);
  const removal = new ServerRemoval(store);
  const stores = { store, logos, accounts, limits, removal };
  const all = { ...parts, ...stores, outgoing, publicUrl: publicUrl(config) };
  return {
    previews: parts.previews,
    outgoing,
    smtpServers: new SmtpServers(all),
    actionsOnServers: { table: smtpServerTable, actions: [removalAction(removal)] },
    serverRemoval: removal,
    smtpServerStore: store,
    smtpLogos: logos,
    confirmations: new Confirmations(all),
    sendingServices: new SendingServices(parts),
  };
}
