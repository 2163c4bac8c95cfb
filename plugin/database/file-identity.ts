import { lstatSync } from 'node:fs';

/** Identifies the file at a path; undefined if there is none. A replaced file has another identity. */
export function fileIdentity(file: string): string | undefined {
  const found = lstatSync(file, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev}:${found.ino}`;
}

/**
 * A SQLite database in WAL mode with its companion files, which a later reader would take for those of a new database.
 */
export function walFiles(file: string): readonly [string, string, string] {
  return [file, `${file}-wal`, `${file}-shm`];
}
