import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import {
  connect as connectTls,
  type ConnectionOptions,
  rootCertificates,
  type TLSSocket,
} from 'node:tls';
import { HostName, type IpAddress } from '../addresses/index.js';
import type { Deadline } from './deadline.js';
import { connectFailure, tlsFailure } from '../sending/failure.js';
import { vettedAddresses } from './guarded-address.js';
import type { OutgoingPolicy } from './outgoing-policy.js';
import { SendingError } from '../sending/sending-error.js';
import type { Host } from '../sending/smtp-endpoint.js';

const longestConnectMs = 30_000;

/**
 * Connects to a vetted address of the host; the socket lives no longer than the deadline.
 *
 * @throws {SendingError}
 */
export async function openSocket(
  { host, port }: { readonly host: Host; readonly port: number },
  policy: OutgoingPolicy,
  deadline: Deadline,
): Promise<Socket> {
  const addresses = await vettedAddresses(host, policy, deadline.signal);
  const attemptMs = connectTimeoutMs(deadline.ms, addresses.length);
  let failure: unknown;
  for (const address of addresses) {
    try {
      return await connectTo(address, port, { attemptMs, signal: deadline.signal });
    } catch (error) {
      failure = error;
    }
    deadline.signal.throwIfAborted();
  }
  throw connectFailure(failure);
}

/** A server has minutes to think about a message, but an address that does not answer is not worth that. */
export function connectTimeoutMs(deadlineMs: number, addresses: number): number {
  return Math.min(longestConnectMs, deadlineMs / addresses);
}

/**
 * Speaks TLS on the socket, to the host under its own name.
 *
 * @throws {SendingError}
 */
export async function secure(
  socket: Socket,
  host: Host,
  { policy, signal }: { readonly policy: OutgoingPolicy; readonly signal: AbortSignal },
): Promise<TLSSocket> {
  try {
    const secured = connectTls({ ...tlsOptions(host, policy), socket });
    secured.on('error', ignore);
    await once(secured, 'secureConnect', { signal });
    return secured;
  } catch (error) {
    socket.destroy();
    throw tlsFailure(error);
  }
}

export function tlsOptions(host: Host, { extraCa }: OutgoingPolicy): ConnectionOptions {
  const name = host.toString();
  return {
    host: name,
    // RFC 6066 §3: an address is not a server name.
    ...(host instanceof HostName && { servername: name }),
    ...(extraCa !== undefined && { ca: [...rootCertificates, extraCa] }),
    // Stated, because NODE_TLS_REJECT_UNAUTHORIZED=0 turns the default off.
    rejectUnauthorized: true,
  };
}

async function connectTo(
  address: IpAddress,
  port: number,
  { attemptMs, signal }: { readonly attemptMs: number; readonly signal: AbortSignal },
): Promise<Socket> {
  const socket = connectTcp({ host: address.toString(), port, signal });
  socket.on('error', ignore);
  socket.setTimeout(attemptMs, () => socket.destroy(new SendingError('timed-out')));
  await once(socket, 'connect');
  return socket.setTimeout(0);
}

/** Whoever waits for the socket hears of its errors; between two waits nobody does. */
function ignore(): void {}
