import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { mountMemory } from '../support/processes.js';

/**
 * Keeps the temporary files of all tests in memory: databases and mail servers write each change to the disk, which most
 * suites would wait for. Where nothing can be mounted, they stay on the disk.
 */
export function keepFilesInMemory(): void {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return;
  }
  // Short, since paths of Unix sockets are limited.
  const folder = mkdtempSync(join(tmpdir(), 'relais-'));
  try {
    mountMemory(folder, Math.floor(totalmem() / 2 / 1024 ** 2));
    process.env['TMPDIR'] = folder;
  } catch {
    rmdirSync(folder);
  }
}
