import { StartError } from '../errors.js';
import type { Database } from './database.js';
import { reasonOf } from './failures.js';

/**
 * Fails with one clear line when the database cannot be used.
 *
 * @throws {StartError}
 */
export async function assertUsable({ knex, location }: Database): Promise<void> {
  try {
    await knex.raw(location.engine === 'sqlite' ? 'PRAGMA schema_version' : 'SELECT 1');
  } catch (error) {
    throw new StartError(
      location.engine === 'sqlite'
        ? `${location.file} cannot be opened as a database of Relais (${reasonOf(error)}).`
        : `The database server does not let Relais in: ${reasonOf(error)}.`,
      { cause: error },
    );
  }
}
