import { totalmem } from 'node:os';
import { mountMemory, removeFolder, temporaryFolder } from '../support/processes.js';

/**
 * Keeps the temporary files of all tests in memory: databases and mail servers write each change to the disk, which most
 * suites would wait for. Where nothing can be mounted, they stay on the disk.
 */
export function keepFilesInMemory(): void {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return;
  }
  const folder = temporaryFolder('run');
  try {
    mountMemory(folder, Math.floor(totalmem() / 2 / 1024 ** 2));
    process.env['TMPDIR'] = folder;
  } catch {
    removeFolder(folder);
  }
}
