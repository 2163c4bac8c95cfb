import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mountMemory, temporaryFolder } from './processes.js';

/** A file system that tests can fill or make read-only. Needs root. */
export interface SmallDisk {
  readonly folder: string;
  /** Uses up all free space. */
  fill(): void;
  empty(): void;
  makeReadOnly(): void;
  remove(): void;
}

export function smallDisk(megabytes: number): SmallDisk {
  const folder = join(temporaryFolder('disk'), 'disk');
  mkdirSync(folder);
  const unmount = mountMemory(folder, megabytes);
  const ballast = join(folder, 'ballast');
  return {
    folder,
    fill: () => writeUntilFull(ballast),
    empty: () => rmSync(ballast, { force: true }),
    makeReadOnly() {
      execFileSync('mount', ['-o', 'remount,ro', folder]);
    },
    remove: unmount,
  };
}

function writeUntilFull(file: string): void {
  const block = Buffer.alloc(4096);
  try {
    for (;;) {
      writeFileSync(file, block, { flag: 'a' });
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') {
      throw error;
    }
  }
}
