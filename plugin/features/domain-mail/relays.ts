import type { Knex } from 'knex';
import type { FieldError } from '../../errors.js';
import { isInternal } from '../../connecting/internal-host.js';
import type { OutgoingPolicy } from '../../sending/outgoing-policy.js';
import type { Settings } from '../settings/index.js';
import {
  type OutgoingConfig,
  type SmtpServer,
  type SmtpServerStore,
  relayRefusal,
  smtpPolicy,
} from '../smtp-servers/index.js';

/** The relays that a domain's owner can select. */
export interface RelayOffer {
  readonly choices: readonly SmtpServer[];
  /** The owner's confirmed servers that Postfix cannot use, with the reasons. */
  readonly others: readonly RefusedRelay[];
}

interface RefusedRelay {
  readonly server: SmtpServer;
  readonly refusal: FieldError;
}

/** What makes an SMTP server eligible as a relay. */
export interface RelayFacts {
  /** The owner, whose domains may use it. */
  readonly ownerId: number | undefined;
  /** Why Postfix cannot use it, if so. */
  readonly refusal: FieldError | undefined;
}

const deadlineMs = 4000;

/** The SMTP servers that domains may use as relays: confirmed ones of their owners. */
export class Relays {
  readonly #parts: RelaysParts;

  constructor(parts: RelaysParts) {
    this.#parts = parts;
  }

  async offer(ownerId: number): Promise<RelayOffer> {
    const [confirmed, policy] = await Promise.all([
      this.#parts.servers.confirmedOf(ownerId),
      this.#policy(),
    ]);
    const choices: SmtpServer[] = [];
    const others: RefusedRelay[] = [];
    for (const server of confirmed) {
      const refusal = relayRefusal(server, policy);
      if (refusal === undefined) {
        choices.push(server);
      } else {
        others.push({ server, refusal });
      }
    }
    return { choices, others };
  }

  /** The selected server, in whatever state. */
  async find(id: number | undefined): Promise<SmtpServer | undefined> {
    return id === undefined ? undefined : await this.#parts.servers.find({ kind: 'all' }, id);
  }

  /** What decides whether these accounts' domains may use a server as their relay. */
  async facts(ownerIds: readonly number[], id: number): Promise<RelayFacts> {
    const server = await this.find(id);
    if (server === undefined || !ownerIds.some((ownerId) => isOffered(server, ownerId))) {
      return { ownerId: undefined, refusal: notOffered };
    }
    const policy = await this.#policy();
    const refusal = relayRefusal(server, policy) ?? (await addressRefusal(server, policy));
    return { ownerId: server.ownerId, refusal };
  }

  /**
   * Locks the server (FOR UPDATE).
   *
   * @returns why it cannot be the relay after all, if so.
   */
  async hold(tx: Knex.Transaction, ownerId: number, id: number): Promise<FieldError | undefined> {
    const server = await this.#parts.servers.held(tx, { kind: 'all' }, id);
    return server !== undefined && isOffered(server, ownerId) ? undefined : notOffered;
  }

  async #policy(): Promise<OutgoingPolicy> {
    return await smtpPolicy(this.#parts.settings, this.#parts.outgoing);
  }
}

interface RelaysParts {
  readonly servers: SmtpServerStore;
  readonly settings: Settings;
  readonly outgoing: OutgoingConfig;
}

const notOffered: FieldError = { key: 'domain-mail.errors.relay-not-offered' };

/** Why an account's domain cannot use the server as its relay, if so. */
export function refusalOfRelay(
  ownerId: number,
  relay: RelayFacts | undefined,
): FieldError | undefined {
  return relay?.ownerId === ownerId ? relay.refusal : notOffered;
}

function isOffered({ ownerId, confirmation }: SmtpServer, account: number): boolean {
  return ownerId === account && confirmation.state === 'confirmed';
}

/**
 * Checks the name's current addresses, since Postfix resolves it for each connection. A name server that does not
 * answer is no reason: Postfix then makes mail wait.
 */
async function addressRefusal(
  { host }: SmtpServer,
  policy: OutgoingPolicy,
): Promise<FieldError | undefined> {
  return (await isInternal(host, policy, deadlineMs))
    ? { key: 'domain-mail.errors.relay-internal' }
    : undefined;
}
