import { join } from 'node:path';
import type { DatabaseLocation } from '../../plugin/database/database.js';
import type { EngineName } from '../../plugin/database/engine.js';
import { startMariadb } from './mariadb.js';
import { removeFolder, temporaryFolder } from './processes.js';

/** A database without tables, for any number of connections. */
export interface EmptyDatabase {
  readonly location: DatabaseLocation;
  remove(): Promise<void>;
}

export async function createEmptyDatabase(engine: EngineName): Promise<EmptyDatabase> {
  if (engine === 'mariadb') {
    const database = await (await startMariadb()).createDatabase();
    return { location: { engine, url: database.url }, remove: () => database.drop() };
  }
  const folder = temporaryFolder('database');
  return {
    location: { engine, file: join(folder, 'panel.sqlite') },
    remove: async () => removeFolder(folder),
  };
}
