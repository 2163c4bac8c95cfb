import { chmodSync, chownSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { type Server, createConnection } from 'node:net';
import { dirname } from 'node:path';
import { StartError } from '../../errors.js';
import { postfixGroup } from '../mail-file.js';

/** The kernel's, less the byte that ends it (unix(7)). */
const longestPath = 107;

/**
 * Listens on a Unix socket that Postfix may use and nobody else: as root by its group, otherwise Postfix has to run
 * as this user. What another process has left there goes; one that still answers stays.
 *
 * @throws {StartError}
 */
export async function listenOnSocket(server: Server, path: string): Promise<void> {
  try {
    const group = postfixGroup();
    makeFolder(dirname(path), group);
    await removeAbandoned(path);
    server.listen(path);
    await once(server, 'listening');
    if (group !== undefined) {
      chownSync(path, 0, group);
    }
    chmodSync(path, 0o660);
  } catch (error) {
    // One that listens would keep the process from ending.
    server.close();
    throw error instanceof StartError ? error : unusable(path, error);
  }
}

/** One that is there already may be anybody's: it stays as it is. */
function makeFolder(folder: string, group: number | undefined): void {
  const made = mkdirSync(folder, { recursive: true, mode: 0o750 });
  if (made !== undefined && group !== undefined) {
    chownSync(folder, 0, group);
  }
  if (made !== undefined) {
    chmodSync(folder, 0o750);
  }
}

async function removeAbandoned(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) {
    return;
  }
  if (!found.isSocket()) {
    throw new StartError(`${path} is no socket: look-ups cannot be answered there.`);
  }
  if (await isAnswered(path)) {
    throw new StartError(`Another process answers look-ups at ${path}.`);
  }
  rmSync(path);
}

/** Whether some process answers look-ups there. */
export async function isAnswered(path: string): Promise<boolean> {
  const socket = createConnection(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function unusable(path: string, cause: unknown): StartError {
  const why =
    path.length > longestPath
      ? `its path is longer than ${longestPath} characters`
      : 'it cannot be made';
  return new StartError(`Look-ups cannot be answered at ${path}: ${why}.`, { cause });
}
