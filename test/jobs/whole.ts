import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { fileOf } from '../../plugin/database/database.js';
import { SealKeys } from '../../plugin/features/audit/seals/seal-keys.js';
import { unlistedIn } from '../../plugin/features/audit/seals/unlisted.js';
import { Verifying } from '../../plugin/features/audit/seals/verifying.js';
import { mailFileOf } from '../../plugin/mail-server/data-files.js';
import type { TestApp } from '../support/app.js';
import { Child } from '../support/child.js';
import { assertSameRows } from '../support/mail/mail-file.js';

export type KilledRole = 'panel' | 'worker';

/** A process of an app's installation that does jobs until it is killed; see `killed-bulk.ts`. */
export function startKilled({ config }: Pick<TestApp, 'config'>, role: KilledRole): Child {
  const { dataFolder: data, database } = config;
  const options = { data, ...('url' in database && { database: database.url }) };
  const script = fileURLToPath(new URL('killed-bulk.ts', import.meta.url));
  return Child.ofScript(script, [JSON.stringify(options), role]);
}

/** The activity log is sealed completely, and mail servers read what the panel has. */
export async function assertKept(app: TestApp): Promise<void> {
  await app.features.sealing.keep();
  const keys = SealKeys.in(app.config.dataFolder);
  const verified = await new Verifying({ db: app.db, keys, now: () => Date.now() }).run([]);
  assert.deepEqual([verified.found, await unlistedIn(app.db.knex)], [0, []]);
  const panelFile = fileOf(app.config.database);
  if (panelFile !== undefined) {
    assertSameRows({ panelFile, mailFile: mailFileOf(app.config) });
  }
}
