import { networkInterfaces } from 'node:os';
import type { FeatureParts } from '../../feature.js';
import type { DomainStore } from '../../panel/directory/domain-store.js';
import type { Recipients } from '../mailboxes/index.js';
import type { Settings } from '../settings/index.js';
import type { OutgoingConfig, SmtpServerStore } from '../smtp-servers/index.js';
import { WebmailStore } from '../../panel/directory/webmail-store.js';
import { DomainMail } from './domain-mail.js';
import { ExchangerRecords } from './exchanger-records.js';
import { ExchangerWatch } from './exchanger-watch.js';
import { MailExchangers } from './mail-exchangers.js';
import type { AnyRowsAction } from '../../previews/action.js';
import type { Previews } from '../../previews/previews.js';
import { Relays } from './relays.js';
import { actionsOnSettings } from './rows-actions.js';
import { RowsSettings } from './rows-settings.js';
import { Trials } from './trials.js';

export interface DomainMailFeatures {
  readonly domainMail: DomainMail;
  readonly exchangerRecords: ExchangerRecords;
  readonly exchangerWatch: ExchangerWatch;
  readonly trials: Trials;
  readonly rowsSettings: RowsSettings;
  readonly actionsOnSettings: readonly AnyRowsAction[];
  readonly previews: Previews;
}

export function createDomainMail(
  parts: Pick<FeatureParts, 'db' | 'changes'> & {
    readonly previews: Previews;
    readonly domains: DomainStore;
    readonly settings: Settings;
    readonly recipients: Recipients;
    readonly outgoing: OutgoingConfig;
    readonly smtpServerStore: SmtpServerStore;
  },
): DomainMailFeatures {
  const { settings, outgoing } = parts;
  const relays = new Relays({ ...parts, servers: parts.smtpServerStore });
  const domainMail = new DomainMail({ ...parts, relays, localAddresses });
  const exchangers = new MailExchangers({ settings, servers: outgoing.resolvers, localAddresses });
  const exchangerRecords = new ExchangerRecords({ ...parts, exchangers, now: Date.now });
  const rowsSettings = new RowsSettings(parts.db, domainMail.settings);
  return {
    domainMail,
    rowsSettings,
    actionsOnSettings: actionsOnSettings({
      db: parts.db,
      relays,
      settings,
      verb: rowsSettings,
      webmails: new WebmailStore(parts.db),
    }),
    trials: new Trials(parts),
    previews: parts.previews,
    exchangerRecords,
    exchangerWatch: new ExchangerWatch(exchangerRecords),
  };
}

function localAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((each) =>
    (each ?? []).map(({ address }) => address),
  );
}
