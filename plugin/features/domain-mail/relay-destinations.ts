import { AddressError, HostName, IpAddress } from '../../addresses/index.js';
import type { Database } from '../../database/database.js';
import { Prepared } from '../../database/prepared.js';
import { mayConnectTo, vettedAddresses } from '../../connecting/guarded-address.js';
import { parseHost } from '../../connecting/endpoint.js';

/** What drops a record from a DNS reply (postconf(5), smtp_dns_reply_filter). */
const drop = 'IGNORE';
const resolveWithinMs = 5000;

/**
 * Where smtp(8) may connect to for a relay: to public addresses, and to what the setting `smtp-allowed-hosts` has now.
 * It resolves the relay's name by itself, later than the panel, which did so when the server was confirmed.
 */
export class RelayDestinations {
  readonly #allowed: Prepared<Record<string, never>, { value: string }>;
  readonly #resolvers: readonly string[];

  /** @param resolvers DNS servers to ask; the system's own when empty. */
  constructor(db: Database, resolvers: readonly string[]) {
    this.#resolvers = resolvers;
    this.#allowed = new Prepared(db, () =>
      db.knex('settings').select('value').where('key', 'smtp-allowed-hosts'),
    );
  }

  /**
   * What to do with a record of a DNS reply, such as `mx.relay.test. 300 IN A 10.0.0.1`.
   *
   * @returns undefined to leave it there.
   */
  async filter(record: string): Promise<string | undefined> {
    const [owner = '', , , type = '', value = ''] = record.split(/\s+/);
    if (type !== 'A' && type !== 'AAAA') {
      return undefined;
    }
    return (await this.#isAllowed(IpAddress.parse(value), owner)) ? undefined : drop;
  }

  /**
   * Lets smtp(8) go on to a destination, such as `[10.0.0.1]:587`. The addresses of names are filtered.
   *
   * @throws {Error} when it is an address that may not be connected to, so that mail waits.
   */
  async vet(destination: string): Promise<undefined> {
    const host = hostIn(destination);
    if (host instanceof IpAddress && !(await this.#isAllowed(host, ''))) {
      throw new Error('The relay is at an internal address that is not allowed.');
    }
  }

  async #isAllowed(address: IpAddress, owner: string): Promise<boolean> {
    if (address.range === 'public') {
      return true;
    }
    const [row] = await this.#allowed.run({});
    const listed: string[] = JSON.parse(row?.value ?? '[]');
    const allowedHosts = new Set(listed);
    return (
      mayConnectTo(address, owner.replace(/\.$/, '').toLowerCase(), allowedHosts) ||
      (await this.#isOfAnother(address, allowedHosts))
    );
  }

  /** The record of a name that is an alias (CNAME) has the name that it leads to: it may be an allowed one's. */
  async #isOfAnother(address: IpAddress, allowedHosts: ReadonlySet<string>): Promise<boolean> {
    const policy = { allowedHosts, resolvers: this.#resolvers };
    const signal = AbortSignal.timeout(resolveWithinMs);
    const names = [...allowedHosts].map(parseHost).filter((host) => host instanceof HostName);
    const found = await Promise.allSettled(
      names.map((name) => vettedAddresses(name, policy, signal)),
    );
    return found.some(
      (each) => each.status === 'fulfilled' && each.value.some((one) => one.equals(address)),
    );
  }
}

/** Undefined for what is no host in brackets. */
function hostIn(destination: string): HostName | IpAddress | undefined {
  const [, text] = /^\[(.*)\](?::\d+)?$/.exec(destination) ?? [];
  try {
    return text === undefined ? undefined : parseHost(text);
  } catch (error) {
    if (error instanceof AddressError) {
      return undefined;
    }
    throw error;
  }
}
