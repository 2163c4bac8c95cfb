import { closeSync, fstatSync, openSync, rmSync, statSync } from 'node:fs';
import Sqlite from 'better-sqlite3';

/**
 * Runs the work unless another process holds the file, which is there only meanwhile. SQLite locks it: the lock of a
 * process that is killed ends with it, so that there is nothing stale to take away.
 *
 * @throws {Error} with the code `SQLITE_BUSY` when another process holds it.
 */
export function exclusively<T>(file: string, work: () => T): T {
  const unlock = lock(file);
  try {
    return work();
  } finally {
    unlock();
  }
}

function lock(file: string): () => void {
  // Open all the while, so that no other file gets its inode; POSIX would drop the lock if it were closed earlier.
  const descriptor = openSync(file, 'a', 0o600);
  const db = new Sqlite(file, { timeout: 0 });
  const close = (): void => {
    db.close();
    closeSync(descriptor);
  };
  try {
    // Nothing is written, so there is nothing to take back.
    db.pragma('journal_mode = MEMORY');
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    close();
    throw error;
  }
  if (statSync(file, { throwIfNoEntry: false })?.ino !== fstatSync(descriptor).ino) {
    // The process that held it took it away.
    close();
    return lock(file);
  }
  return () => {
    rmSync(file, { force: true });
    close();
  };
}
