import type { Knex } from 'knex';
import { readable } from '../addresses/index.js';
import { shared } from '../database/locks.js';
import type { FieldError } from '../errors.js';
import { type Scope, isWithin } from '../viewing/scope.js';
import { removalsIn } from './removal.js';

/** Which of these names are reserved. */
export async function reservedAmong(
  db: Knex,
  names: readonly string[],
): Promise<readonly string[]> {
  const rows = await removalsIn(db)
    .whereIn('reserved', [...names])
    .select('reserved');
  return rows.flatMap(({ reserved }) => reserved ?? []);
}

/**
 * Why a new thing cannot have this name, if a removed one may come back with it.
 *
 * @param except the ID of the removal that is about to come back itself.
 */
export async function reservedName(
  db: Knex,
  scope: Scope,
  name: string,
  except = 0,
): Promise<FieldError | undefined> {
  const found = await shared(db, removalsIn(db))
    .where({ reserved: name })
    .whereNot({ id: except })
    .first('owner_id', 'reseller_id');
  if (found === undefined) {
    return undefined;
  }
  const key = isWithin(scope, found)
    ? 'removed.errors.reserved'
    : 'removed.errors.reserved-elsewhere';
  return { key, args: { name: readable(name) } };
}
