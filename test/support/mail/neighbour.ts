import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { programPath } from '../packages.js';

/** An address that this machine answers but no interface has: the panel redirects mail to no address of its own. */
export interface Neighbour {
  readonly address: string;
  stop(): void;
}

/**
 * Adds a local route for an address in 10.64.0.0/10. A pair of virtual interfaces would do too, but browsers abort
 * their requests while a link appears.
 */
export function startNeighbour(): Neighbour {
  const address = `10.${randomInt(64, 128)}.${randomInt(256)}.${randomInt(1, 255)}`;
  route('replace', address);
  return { address, stop: () => route('delete', address) };
}

function route(verb: 'delete' | 'replace', address: string): void {
  const args = ['route', verb, 'local', `${address}/32`, 'dev', 'lo'];
  execFileSync(programPath('ip'), args, { stdio: 'pipe' });
}
