import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the installed program, whether it runs from the sources or from `dist/`. */
export const programFolder = folderWith('manifest.json', dirname(fileURLToPath(import.meta.url)));

/**
 * Creates a folder and its parents. Node's recursive mode never returns where a parent exists but accepts no folders,
 * as in `/proc`.
 *
 * @param mode applied whatever the umask.
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
