import { EmailAddress, IpAddress } from '../../addresses/index.js';
import type { Config } from '../../config.js';
import type { Database } from '../../database/database.js';
import { panelSocketOf } from '../../mail-server/data-files.js';
import { type UsableWay, usableWay } from '../../panel-mail/way.js';
import { hindranceAt } from '../../sending/local-socket.js';
import { machineName } from '../../sending/client-name.js';
import type { Outcome } from '../../sending/outcomes.js';
import type { Party } from '../../sending/outgoing-message.js';
import type { OutgoingPolicy } from '../../sending/outgoing-policy.js';
import type { SmtpEndpoint } from '../../sending/smtp-endpoint.js';
import type { Settings } from '../settings/index.js';
import {
  type OutgoingConfig,
  type SmtpServer,
  type SmtpServerStore,
  connectionTo,
  senderOf,
  smtpPolicy,
} from '../smtp-servers/index.js';
import { readChoice } from './store.js';

/** What mails of the panel leave through now. */
export interface Carrier {
  /** The administrator whose outbox shows them. */
  readonly ownerId: number;
  /** Undefined for this machine's mail host. */
  readonly server: SmtpServer | undefined;
  readonly endpoint: SmtpEndpoint;
  readonly policy: OutgoingPolicy;
  readonly from: Party;
}

export interface CarrierParts {
  readonly config: Pick<Config, 'dataFolder'>;
  readonly db: Database;
  readonly settings: Settings;
  readonly smtpServerStore: SmtpServerStore;
  readonly outgoing: OutgoingConfig;
}

/** Names the mail host, which is reached by its socket. */
const localName = { host: IpAddress.parse('127.0.0.1'), port: 25 };

/** Finds what mails of the panel leave through. */
export class Carriers {
  readonly #parts: CarrierParts;

  constructor(parts: CarrierParts) {
    this.#parts = parts;
  }

  /** Undefined while there is none that can be used. */
  async current(): Promise<Carrier | undefined> {
    const way = await usableWay(this.#parts.db.knex);
    return way?.way === 'server' ? await this.#throughServer(way) : way && (await this.#local(way));
  }

  /** The sender of mails that leave through the mail host, unless another is chosen. */
  async localSender(): Promise<EmailAddress | undefined> {
    const { settings, outgoing } = this.#parts;
    const [chosen] = await settings.texts('mail-host-name');
    const name = outgoing.clientName ?? chosen ?? (await machineName());
    return name === undefined ? undefined : EmailAddress.parse(`no-reply@${name}`);
  }

  /** Why the mail host cannot be reached now, as far as its socket tells. */
  async localHindrance(): Promise<Outcome | undefined> {
    return await hindranceAt(panelSocketOf(this.#parts.config));
  }

  async #throughServer({
    ownerId,
    serverId,
  }: Extract<UsableWay, { way: 'server' }>): Promise<Carrier | undefined> {
    const { smtpServerStore: store } = this.#parts;
    const server = await store.find({ kind: 'all' }, serverId);
    return (
      server && {
        ownerId,
        server,
        ...(await connectionTo(server, { ...this.#parts, store })),
        from: await this.#sender(senderOf(server)),
      }
    );
  }

  async #local({ ownerId }: UsableWay): Promise<Carrier | undefined> {
    const { config, settings, outgoing } = this.#parts;
    const [address, policy] = await Promise.all([
      this.localSender(),
      smtpPolicy(settings, outgoing),
    ]);
    const from = await this.#sender(address && { name: address.domain.ascii, address });
    return (
      from && {
        ownerId,
        server: undefined,
        endpoint: {
          ...localName,
          socket: panelSocketOf(config),
          security: 'none',
          authentication: { kind: 'none' },
        },
        policy: { ...policy, allowedPorts: [localName.port] },
        from,
      }
    );
  }

  async #sender<Default extends Party | undefined>(preset: Default): Promise<Party | Default> {
    const { address, name } = await readChoice(this.#parts.db.knex);
    const parsed = address === undefined ? preset?.address : EmailAddress.parse(address);
    const shown = name ?? preset?.name;
    return parsed === undefined
      ? preset
      : { address: parsed, ...(shown !== undefined && { name: shown }) };
  }
}
