import { lstatSync } from 'node:fs';

/** Which file stands at a path; undefined where none does. Another one that is put there has another identity. */
export function fileIdentity(file: string): string | undefined {
  const found = lstatSync(file, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev}:${found.ino}`;
}

/** A SQLite database in WAL mode with what belongs to it: who opens it later would take others for it. */
export function walFiles(file: string): readonly [string, string, string] {
  return [file, `${file}-wal`, `${file}-shm`];
}
