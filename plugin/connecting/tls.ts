import { once } from 'node:events';
import type { Socket } from 'node:net';
import {
  connect as connectTls,
  type ConnectionOptions,
  rootCertificates,
  type TLSSocket,
} from 'node:tls';
import { HostName } from '../addresses/index.js';
import type { ConnectionPolicy } from './connection-policy.js';
import type { Host } from './endpoint.js';
import { failureOfTls, toConnectionError } from './failures.js';

/**
 * Starts TLS on the socket and verifies the host's name.
 *
 * @throws {ConnectionError}
 */
export async function secure(
  socket: Socket,
  host: Host,
  { policy, signal }: { readonly policy: ConnectionPolicy; readonly signal: AbortSignal },
): Promise<TLSSocket> {
  try {
    const secured = connectTls({ ...tlsOptions(host, policy), socket });
    secured.on('error', ignore);
    await once(secured, 'secureConnect', { signal });
    return secured;
  } catch (error) {
    socket.destroy();
    throw toConnectionError(error, failureOfTls, 'tls-failed');
  }
}

export function tlsOptions(host: Host, { extraCa }: ConnectionPolicy): ConnectionOptions {
  const name = host.toString();
  return {
    host: name,
    // RFC 6066 §3: an address is not a server name.
    ...(host instanceof HostName && { servername: name }),
    ...(extraCa !== undefined && { ca: [...rootCertificates, extraCa] }),
    // Explicit, because NODE_TLS_REJECT_UNAUTHORIZED=0 turns the default off.
    rejectUnauthorized: true,
  };
}

/**
 * Errors reach whoever awaits the socket; between two waits nobody does, and an unhandled error would end the process.
 */
function ignore(): void {}
