import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the installed program, the same from the sources as from what was compiled to `dist/`. */
export const programFolder = folderWith('manifest.json', dirname(fileURLToPath(import.meta.url)));

/**
 * Makes a folder and those that lead to it. Node's own recursive way never ends where a folder's parent is there but
 * takes no folders, as in `/proc`.
 *
 * @param mode as it will be, whatever the umask.
 */
export function makeFolder(folder: string, mode: number): void {
  if (existsSync(folder) && statSync(folder).isDirectory()) {
    return;
  }
  makeFolder(dirname(folder), mode);
  mkdirSync(folder);
  chmodSync(folder, mode);
}

function folderWith(file: string, start: string): string {
  if (existsSync(join(start, file))) {
    return start;
  }
  if (dirname(start) === start) {
    throw new Error(`${file} is missing from the installation.`);
  }
  return folderWith(file, dirname(start));
}
