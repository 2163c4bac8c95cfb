import type { Knex } from 'knex';
import { isInternal } from '../../connecting/internal-host.js';
import type { Database } from '../../database/database.js';
import type { FieldError } from '../../errors.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import type { Suggestion } from '../../tables/pickable.js';
import { Picker } from '../../tables/picker.js';
import type { Scope } from '../../viewing/scope.js';
import type { OutgoingPolicy } from '../../sending/outgoing-policy.js';
import type { Settings } from '../settings/index.js';
import {
  type OutgoingConfig,
  type ServerPicker,
  type SmtpServer,
  type SmtpServerStore,
  pickableConfirmedServers,
  pickedName,
  relayRefusal,
  smtpPolicy,
} from '../smtp-servers/index.js';

/** The relay of a domain, and whether there are others. */
export interface RelayState {
  /** The selected server, if it still exists. */
  readonly current: SmtpServer | undefined;
  /** Its name in the picker; empty if none is selected. */
  readonly name: string;
  readonly isUsable: boolean;
  /** Whether the owner has a confirmed server. */
  readonly hasOthers: boolean;
}

/** A confirmed server of the owner that begins with or contains what was typed. */
export interface SuggestedRelay extends Suggestion {
  /** Why Postfix cannot use it, if so. */
  readonly refusal: FieldError | undefined;
}

/** A relay found by its name. */
interface NamedRelay {
  readonly found?: { readonly relayId: number | undefined };
  readonly refusal?: FieldError;
}

type Relayed = Pick<DomainRow, 'owner_id' | 'relay_id'>;

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
  readonly #picker: ServerPicker;

  constructor(parts: RelaysParts) {
    this.#parts = parts;
    this.#picker = new Picker(parts.db, pickableConfirmedServers);
  }

  async state(domain: Relayed): Promise<RelayState> {
    const [current, policy, found] = await Promise.all([
      this.find(domain.relay_id ?? undefined),
      this.#policy(),
      this.#picker.suggest(ownersOf(domain), ''),
    ]);
    return {
      current,
      name: nameOf(domain, current),
      isUsable:
        current !== undefined &&
        isOffered(current, domain.owner_id) &&
        relayRefusal(current, policy) === undefined,
      hasOthers: found.length > 0,
    };
  }

  async suggest(domain: Relayed, text: string): Promise<readonly SuggestedRelay[]> {
    const owner = ownersOf(domain);
    const found = await this.#picker.suggest(owner, text);
    const ids = found.map(({ id }) => Number(id));
    const [servers, policy] = await Promise.all([
      this.#parts.servers.among(this.#parts.db.knex, owner, ids),
      this.#policy(),
    ]);
    const byId = new Map(servers.map((server) => [server.id, server]));
    return found.map((each) => {
      const server = byId.get(Number(each.id));
      return { ...each, refusal: server && relayRefusal(server, policy) };
    });
  }

  /**
   * The confirmed server with this name, or the current one, or why there is none; an empty name is none. One that only
   * the scope sees is found, too, and the decision says why it is refused.
   */
  async named(domain: Relayed, name: string, scope: Scope): Promise<NamedRelay> {
    const id = domain.relay_id ?? undefined;
    if (name === '' || name === nameOf(domain, await this.find(id))) {
      return { found: { relayId: name === '' ? undefined : id } };
    }
    const own = await this.namedWithin(ownersOf(domain), name);
    const { found } = own.refusal === undefined ? own : await this.namedWithin(scope, name);
    return found === undefined ? own : { found };
  }

  /** The confirmed server with this name within a scope; an empty name is none. */
  async namedWithin(scope: Scope, name: string): Promise<NamedRelay> {
    if (name === '') {
      return { found: { relayId: undefined } };
    }
    const found = await this.#picker.named(scope, name);
    return found === undefined
      ? { refusal: await this.#picker.refusal(scope, name) }
      : { found: { relayId: Number(found.id) } };
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
  readonly db: Database;
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

function ownersOf({ owner_id: accountId }: Relayed): Scope {
  return { kind: 'owner', accountId };
}

/** A removed server is shown by its number. */
function nameOf({ relay_id: id }: Relayed, server: SmtpServer | undefined): string {
  return server === undefined ? (id === null ? '' : `#${id}`) : pickedName(server);
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
