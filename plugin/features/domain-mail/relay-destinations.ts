import { AddressError, HostName, IpAddress } from '../../addresses/index.js';
import type { Database } from '../../database/database.js';
import { Prepared } from '../../database/prepared.js';
import { mayConnectTo, vettedAddresses } from '../../connecting/guarded-address.js';
import { parseHost } from '../../connecting/endpoint.js';

/** The action that drops a record from a DNS reply (postconf(5), smtp_dns_reply_filter). */
const drop = 'IGNORE';
const resolveWithinMs = 5000;

/**
 * Where smtp(8) may connect to for a relay: to public addresses, and to those that `smtp-allowed-hosts` currently
 * allows. It resolves the relay's name itself, later than the panel did to confirm the server.
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
   * The action for a record of a DNS reply, such as `mx.relay.test. 300 IN A 10.0.0.1`.
   *
   * @returns undefined to keep it.
   */
  async filter(record: string): Promise<string | undefined> {
    const [owner = '', , , type = '', value = ''] = record.split(/\s+/);
    if (type !== 'A' && type !== 'AAAA') {
      return undefined;
    }
    return (await this.#isAllowed(IpAddress.parse(value), owner)) ? undefined : drop;
  }

  /**
   * Checks a destination of smtp(8), such as `[10.0.0.1]:587`. The addresses of names are filtered in the DNS reply.
   *
   * @throws {Error} when the address is forbidden, so that mail waits.
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

  /** The record of a CNAME has the name it points to, which may belong to an allowed name. */
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

/** Undefined if it is no host in brackets. */
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
