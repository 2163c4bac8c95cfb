import { ConnectionError } from './connection-error.js';
import type { ConnectionPolicy } from './connection-policy.js';
import { parseHost } from './endpoint.js';
import { vettedAddresses } from './guarded-address.js';

/**
 * Whether a host is in an internal network, where this installation may not connect: an address at once, a name if name
 * servers say so in time. A name that is unknown, or not answered, may still get public addresses, so it is none.
 */
export async function isInternal(
  host: string,
  policy: Pick<ConnectionPolicy, 'allowedHosts' | 'resolvers'>,
  deadlineMs: number,
): Promise<boolean> {
  if (policy.allowedHosts.has(host)) {
    return false;
  }
  try {
    await vettedAddresses(parseHost(host), policy, AbortSignal.timeout(deadlineMs));
    return false;
  } catch (error) {
    return error instanceof ConnectionError && error.failure === 'address-forbidden';
  }
}
