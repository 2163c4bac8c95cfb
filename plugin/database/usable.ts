import { StartError } from '../errors.js';
import { type Database, fileOf } from './database.js';
import { cannotStore, reasonOf } from './failures.js';
import { isNoDatabase } from './sqlite-errors.js';

/**
 * Fails with one clear line when the database cannot be used.
 *
 * @throws {StartError}
 */
export async function assertUsable({ engine, knex, location }: Database): Promise<void> {
  try {
    await knex.raw(engine.probe);
  } catch (error) {
    throw new StartError(whyNot(fileOf(location), error), { cause: error });
  }
}

function whyNot(file: string | undefined, error: unknown): string {
  const reason = reasonOf(error);
  if (file === undefined) {
    return `The database server does not let Relais in: ${reason}.`;
  }
  return cannotStore(error) && !isNoDatabase(error)
    ? `${file} cannot be opened, since the disk is full, read-only or failing (${reason}).`
    : `${file} cannot be opened as a database of Relais (${reason}).`;
}
