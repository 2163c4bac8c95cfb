import { networkInterfaces } from 'node:os';
import type { FeatureParts } from '../../feature.js';
import type { DomainStore } from '../../panel/directory/domain-store.js';
import type { Recipients } from '../mailboxes/index.js';
import type { Settings } from '../settings/index.js';
import type { OutgoingConfig, SmtpServerStore } from '../smtp-servers/index.js';
import { DomainMail } from './domain-mail.js';
import { MailExchangers } from './mail-exchangers.js';
import { Relays } from './relays.js';
import { Trials } from './trials.js';

export interface DomainMailFeatures {
  readonly domainMail: DomainMail;
  readonly exchangers: MailExchangers;
  readonly trials: Trials;
}

export function createDomainMail(
  parts: Pick<FeatureParts, 'db' | 'changes'> & {
    readonly domains: DomainStore;
    readonly settings: Settings;
    readonly recipients: Recipients;
    readonly outgoing: OutgoingConfig;
    readonly smtpServerStore: SmtpServerStore;
  },
): DomainMailFeatures {
  const { settings, outgoing } = parts;
  const relays = new Relays({ ...parts, servers: parts.smtpServerStore });
  return {
    domainMail: new DomainMail({ ...parts, relays, localAddresses }),
    trials: new Trials(parts),
    exchangers: new MailExchangers({ settings, servers: outgoing.resolvers, localAddresses }),
  };
}

function localAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((each) =>
    (each ?? []).map(({ address }) => address),
  );
}
