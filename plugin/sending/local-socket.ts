import { once } from 'node:events';
import { access, constants } from 'node:fs/promises';
import { type Socket, createConnection } from 'node:net';
import type { Deadline } from '../connecting/deadline.js';
import type { Failure } from './outcomes.js';
import { SendingError } from './sending-error.js';

/** Why this machine's mail host cannot be reached at a socket. Does not connect: Postfix may be stopped all the same. */
export async function hindranceAt(path: string): Promise<Failure | undefined> {
  try {
    await access(path, constants.W_OK);
    return undefined;
  } catch (error) {
    return failureOf(error);
  }
}

/**
 * Connects to the socket of this machine's mail host.
 *
 * @throws {SendingError}
 */
export async function openLocalSocket(path: string, deadline: Deadline): Promise<Socket> {
  const socket = createConnection({ path, signal: deadline.signal });
  // Errors reach whoever awaits the socket; between two waits nobody does.
  socket.on('error', () => {});
  try {
    await once(socket, 'connect');
    return socket;
  } catch (cause) {
    throw new SendingError(failureOf(cause), { cause });
  }
}

function failureOf(error: unknown): Failure {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'EACCES' || code === 'EPERM' ? 'mail-host-forbidden' : 'mail-host-silent';
}
