import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import type { IpAddress } from '../addresses/index.js';
import { ConnectionError } from './connection-error.js';
import type { ConnectionPolicy } from './connection-policy.js';
import type { Deadline } from './deadline.js';
import type { Endpoint } from './endpoint.js';
import { failureOfSystem, toConnectionError } from './failures.js';
import { vettedAddresses } from './guarded-address.js';

const longestConnectMs = 30_000;

/**
 * Connects to a vetted address of the host; the socket is closed at the deadline.
 *
 * @throws {ConnectionError}
 */
export async function openSocket(
  { host, port }: Endpoint,
  policy: ConnectionPolicy,
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
  throw toConnectionError(failure, failureOfSystem, 'connection-lost');
}

/** A conversation may take minutes, but an address that does not answer must not. */
export function connectTimeoutMs(deadlineMs: number, addresses: number): number {
  return Math.min(longestConnectMs, deadlineMs / addresses);
}

async function connectTo(
  address: IpAddress,
  port: number,
  { attemptMs, signal }: { readonly attemptMs: number; readonly signal: AbortSignal },
): Promise<Socket> {
  const socket = connectTcp({ host: address.toString(), port, signal });
  socket.on('error', ignore);
  socket.setTimeout(attemptMs, () => socket.destroy(new ConnectionError('timed-out')));
  await once(socket, 'connect');
  return socket.setTimeout(0);
}

/**
 * Errors reach whoever awaits the socket; between two waits nobody does, and an unhandled error would end the process.
 */
function ignore(): void {}
