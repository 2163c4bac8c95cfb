import { openApp } from '../../plugin/app.js';
import { keyFor } from '../../plugin/secrets/key-file.js';
import type { Database } from '../../plugin/database/database.js';
import { createFeatures } from '../../plugin/features.js';
import { StandalonePanel } from '../../plugin/panel/standalone/standalone-panel.js';
import { startTestWeb } from '../support/app.js';
import type { Installation } from './installation.js';

export interface Query {
  readonly sql: string;
  readonly values: readonly (string | number | null)[];
}

/** A page from the panel, with all its queries. */
export interface Recording {
  readonly path: string;
  readonly html: string;
  readonly queries: readonly Query[];
}

/** Requests each path twice and records the second time, since the first may still write to the session. */
export async function record(
  { config, cookie }: Installation,
  paths: readonly string[],
): Promise<readonly Recording[]> {
  const app = await openApp(config);
  const queries: Query[] = [];
  const db = writingDown(app.db, queries);
  const web = await startTestWeb({
    ...app,
    db,
    features: await createFeatures({ ...app, db }),
    panel: new StandalonePanel({
      ...app,
      db,
      deviceSecret: keyFor('known devices', config.dataFolder),
      sessionSecret: keyFor('session cookies', config.dataFolder),
    }),
  });
  const html = async (path: string): Promise<string> => {
    queries.length = 0;
    const response = await fetch(web.url + path, { headers: { cookie }, redirect: 'manual' });
    if (response.status !== 200) {
      throw new Error(`${path} answers ${response.status}`);
    }
    return await response.text();
  };

  const recordings: Recording[] = [];
  for (const path of paths) {
    await html(path);
    recordings.push({ path, html: await html(path), queries: [...queries] });
  }
  await web.stop();
  await app.close();
  return recordings;
}

function writingDown(db: Database, queries: Query[]): Database {
  db.knex.on('query', ({ sql, bindings }: { sql: string; bindings?: Query['values'] }) => {
    queries.push({ sql, values: bindings ?? [] });
  });
  return {
    ...db,
    runPrepared: (sql, values) => {
      queries.push({ sql, values });
      return db.runPrepared(sql, values);
    },
  };
}
