import { Resolver } from 'node:dns/promises';
import { type HostName, IpAddress } from '../addresses/index.js';
import { ConnectionError } from './connection-error.js';
import type { ConnectionPolicy } from './connection-policy.js';
import type { Host } from './endpoint.js';

const queryTimeoutMs = 2000;
const mostAddresses = 4;

/**
 * The addresses of a host that may be connected to, in the order to try them. The host is resolved once: connecting to
 * these addresses reaches what was vetted.
 *
 * @throws {ConnectionError} when there is none.
 */
export async function vettedAddresses(
  host: Host,
  policy: Pick<ConnectionPolicy, 'allowedHosts' | 'resolvers'>,
  signal: AbortSignal,
): Promise<readonly IpAddress[]> {
  const found = host instanceof IpAddress ? [host] : await lookUp(host, policy.resolvers, signal);
  const vetted = found.filter((address) =>
    mayConnectTo(address, host.toString(), policy.allowedHosts),
  );
  if (vetted.length === 0) {
    throw new ConnectionError('address-forbidden');
  }
  return vetted.slice(0, mostAddresses);
}

/** Whether an address of this host may be connected to: it is public, or an administrator allowed it or the host. */
export function mayConnectTo(
  address: IpAddress,
  host: string,
  allowedHosts: ReadonlySet<string>,
): boolean {
  return (
    address.range === 'public' || allowedHosts.has(host) || allowedHosts.has(address.toString())
  );
}

async function lookUp(
  name: HostName,
  servers: readonly string[],
  signal: AbortSignal,
): Promise<readonly IpAddress[]> {
  signal.throwIfAborted();
  const resolver = new Resolver({ timeout: queryTimeoutMs, tries: 2 });
  if (servers.length > 0) {
    resolver.setServers(servers);
  }
  const cancel = (): void => resolver.cancel();
  signal.addEventListener('abort', cancel);
  try {
    return addressesIn(
      await Promise.allSettled([resolver.resolve4(name.ascii), resolver.resolve6(name.ascii)]),
    );
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

/** One family is enough: some name servers never answer for the other. */
function addressesIn(answers: readonly PromiseSettledResult<string[]>[]): readonly IpAddress[] {
  const addresses = answers.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
  if (addresses.length > 0) {
    return addresses.map((text) => IpAddress.parse(text));
  }
  const errors = answers.flatMap((each): unknown[] =>
    each.status === 'rejected' ? [each.reason] : [],
  );
  throw new ConnectionError(errors.every(isMissing) ? 'name-unknown' : 'name-unavailable', {
    cause: new AggregateError(errors),
  });
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'ENOTFOUND' || error.code === 'ENODATA')
  );
}
