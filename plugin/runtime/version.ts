import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { programFolder } from './paths.js';

/** From the manifest, without validating the rest of it. */
export function programVersion(): string {
  const { version }: { version: string } = JSON.parse(
    readFileSync(join(programFolder, 'manifest.json'), 'utf8'),
  );
  return version;
}
