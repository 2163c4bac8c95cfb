import { StartError } from '../errors.js';
import type { Database, DatabaseLocation } from './database.js';
import { cannotStore, isNoDatabase, reasonOf } from './failures.js';

/**
 * Fails with one clear line when the database cannot be used.
 *
 * @throws {StartError}
 */
export async function assertUsable({ knex, location }: Database): Promise<void> {
  try {
    await knex.raw(location.engine === 'sqlite' ? 'PRAGMA schema_version' : 'SELECT 1');
  } catch (error) {
    throw new StartError(whyNot(location, error), { cause: error });
  }
}

function whyNot(location: DatabaseLocation, error: unknown): string {
  const reason = reasonOf(error);
  if (location.engine !== 'sqlite') {
    return `The database server does not let Relais in: ${reason}.`;
  }
  return cannotStore(error) && !isNoDatabase(error)
    ? `${location.file} cannot be opened, since the disk is full, read-only or failing (${reason}).`
    : `${location.file} cannot be opened as a database of Relais (${reason}).`;
}
