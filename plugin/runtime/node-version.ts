import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from '../errors.js';
import { programFolder } from './paths.js';

/**
 * Refuses a Node older than the manifest requires. Called before anything else is loaded: SQLite's binding crashes an
 * older Node without a message.
 *
 * @throws {StartError} naming the running Node.
 */
export function assertNode(found: string = process.versions.node): void {
  const { node: least }: { node: string } = JSON.parse(
    readFileSync(join(programFolder, 'manifest.json'), 'utf8'),
  );
  if (isOlder(found, least)) {
    throw new StartError(
      `Relais needs Node ${least} or later; ${process.execPath} is Node ${found}.`,
    );
  }
}

function isOlder(version: string, least: string): boolean {
  const [a, b] = [version, least].map((each) => each.split('.').map(Number));
  const different = (a ?? []).findIndex((part, index) => part !== b?.[index]);
  return different >= 0 && (a?.[different] ?? 0) < (b?.[different] ?? 0);
}
