import { closeSync, fstatSync, openSync, rmSync, statSync } from 'node:fs';
import Sqlite from 'better-sqlite3';

/**
 * Runs the work under a lock file, unless another process holds it. SQLite locks the file: a killed process's lock ends
 * with it, so there is no stale lock to remove.
 *
 * @throws {Error} with the code `SQLITE_BUSY` when another process holds the lock.
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
  // Kept open, so that no other file gets its inode; POSIX would release the lock if it were closed earlier.
  const descriptor = openSync(file, 'a', 0o600);
  const db = new Sqlite(file, { timeout: 0 });
  const close = (): void => {
    db.close();
    closeSync(descriptor);
  };
  try {
    // Nothing is written, so no rollback journal is needed.
    db.pragma('journal_mode = MEMORY');
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    close();
    throw error;
  }
  if (statSync(file, { throwIfNoEntry: false })?.ino !== fstatSync(descriptor).ino) {
    // The process that held the lock deleted the file.
    close();
    return lock(file);
  }
  return () => {
    rmSync(file, { force: true });
    close();
  };
}
