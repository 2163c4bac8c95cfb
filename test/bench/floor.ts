import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keyFor } from '../../plugin/secrets/key-file.js';
import type { DatabaseLocation } from '../../plugin/database/database.js';
import { freePort, isListening, startProcess } from '../support/processes.js';
import type { Installation, Target } from './installation.js';
import type { Recording } from './recording.js';

/** The plan for the floor's process, passed in a file. */
export interface FloorPlan {
  readonly port: number;
  readonly database: DatabaseLocation;
  readonly recordings: readonly Recording[];
  /** The key of session cookies, to serve with the libraries that every page needs. */
  readonly sessionSecret?: string | undefined;
}

const mostDifferent = 0.02;

/** @throws {Error} when its answer differs from the panel's. */
export async function startFloor(
  { config, folder, cookie }: Installation,
  recordings: readonly Recording[],
  around?: 'libraries',
): Promise<Target> {
  const port = await freePort();
  const sessionSecret = around && keyFor('session cookies', config.dataFolder);
  const plan: FloorPlan = { port, database: config.database, recordings, sessionSecret };
  const file = join(folder, `floor-${port}.json`);
  writeFileSync(file, JSON.stringify(plan));
  const started = await startProcess({
    name: 'The floor',
    command: process.execPath,
    args: ['--import', 'tsx', fileURLToPath(new URL('floor-server.ts', import.meta.url)), file],
    logFile: join(folder, 'floor.log'),
    isReady: () => isListening({ host: '127.0.0.1', port }),
  });
  for (const recording of recordings) {
    await assertSameSize(port, recording, cookie);
  }
  return { port, ...started };
}

async function assertSameSize(
  port: number,
  { path, html }: Recording,
  cookie: string,
): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    headers: { cookie, 'accept-encoding': 'identity' },
  });
  const size = Buffer.byteLength(await response.text());
  const expected = Buffer.byteLength(html);
  if (Math.abs(size - expected) > mostDifferent * expected) {
    throw new Error(
      `The floor's ${path} has ${size} bytes, the panel's ${expected}: bring floor-html.ts up to date.`,
    );
  }
}
