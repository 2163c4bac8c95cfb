import { chmodSync, chownSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { type Server, createConnection } from 'node:net';
import { dirname } from 'node:path';
import { StartError } from '../../errors.js';
import { postfixGroup } from '../postfix-group.js';

/** The kernel's limit, less the terminating null byte (unix(7)). */
const longestPath = 107;

/**
 * Listens on a Unix socket that only Postfix may use: as root through its group, otherwise Postfix must run as this
 * user. Replaces a stale socket, but not one that still answers.
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
    // A listening server would keep the process running.
    server.close();
    throw error instanceof StartError ? error : unusable(path, error);
  }
}

/** An existing folder may be anybody's, so its permissions stay. */
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

/** Whether a process answers look-ups there. */
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
