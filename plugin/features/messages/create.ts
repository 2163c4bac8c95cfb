import type { Changes } from '../../changes/changes.js';
import type { Database } from '../../database/database.js';
import { AccountStore } from '../../panel/directory/account-store.js';
import type { Logger } from '../../web/log.js';
import { RateLimits } from '../../web/rate-limits.js';
import type { PanelMail } from '../../panel-mail/panel-mail.js';
import type { Panel } from '../../panel/panel.js';
import { type PanelPlace, publicUrl } from '../../web/panel-url.js';
import { type CarrierParts, Carriers } from '../panel-mail/index.js';
import type { Settings } from '../settings/index.js';
import {
  type LogoStore,
  type OutgoingConfig,
  ServerTroubles,
  type SmtpServerStore,
} from '../smtp-servers/index.js';
import { Claims } from './claims.js';
import { tellOwner } from './given-up-mail.js';
import { Delivery } from './delivery.js';
import { insisting } from '../../jobs/insist.js';
import { Messages } from './messages.js';
import { PanelMails } from './panel-mails.js';
import { panelService } from './message.js';
import { PanelRoute } from './panel-route.js';
import { ProgramRoute } from './program-route.js';
import { MessageStore } from './store.js';
import { Upkeep } from './upkeep.js';
import { OutboxWorker } from './worker.js';

export interface OutboxFeatures {
  readonly messages: Messages;
  /** Sends nothing until it is started. */
  readonly outbox: OutboxWorker;
}

export function createOutbox(parts: {
  readonly config: PanelPlace & CarrierParts['config'];
  readonly db: Database;
  readonly panel: Pick<Panel, 'readerOf'>;
  readonly panelMail: PanelMail;
  readonly changes: Changes;
  readonly settings: Settings;
  readonly outgoing: OutgoingConfig;
  readonly smtpServerStore: SmtpServerStore;
  readonly smtpLogos: LogoStore;
  readonly log: Logger;
  /** The time in milliseconds since 1970. */
  readonly now?: () => number;
}): OutboxFeatures {
  const { db, changes, log, now = Date.now } = parts;
  const store = new MessageStore(db);
  const claims = new Claims(db, now, tellOwner(parts.panelMail));
  const insist = insisting(log);
  const servers = parts.smtpServerStore;
  const carriers = new Carriers(parts);
  const ofPrograms = new ProgramRoute({ ...parts, store, servers, logos: parts.smtpLogos });
  const ofPanel = new PanelRoute({ ...parts, carriers, publicUrl: publicUrl(parts.config) });
  const delivery = new Delivery({
    claims,
    troubles: new ServerTroubles(db, now),
    routeOf: (service) => (service === panelService ? ofPanel : ofPrograms),
    log,
    now,
    insist,
  });
  const panelMails = new PanelMails({ ...parts, store, carriers, route: ofPanel, now });
  const upkeep = new Upkeep(db, now);
  const outbox = new OutboxWorker({ claims, upkeep, panelMails, delivery, insist, log });
  const messages = new Messages({
    db,
    changes,
    store,
    servers,
    accounts: new AccountStore(db),
    limits: new RateLimits(db),
    now,
    wake: () => outbox.wake(),
  });
  return { messages, outbox };
}
