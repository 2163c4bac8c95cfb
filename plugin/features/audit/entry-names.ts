import type { Knex } from 'knex';
import { engineOf } from '../../database/engine.js';
import type { LabelledThings } from './entry.js';

/** Where a query has a change of a thing: SQL of whether it is of one, and the columns of its fields. */
export interface ChangeColumns {
  readonly isOf: string;
  /** What `isOf` is compared with. */
  readonly named: (thing: string) => string;
  readonly before: string;
  readonly after: string;
}

/** The names of rows whose IDs or keys are in changes, such as SMTP servers, while they exist. */
export function entryNames(
  db: Knex,
  things: LabelledThings,
  of: ChangeColumns,
): readonly Knex.Raw[] {
  return Object.entries(things).flatMap(([thing, { names = {}, keyed = {} }]) => [
    ...Object.entries(names).flatMap(([field, { table, column }]) =>
      (['before', 'after'] as const).map((when) =>
        db.raw(
          `CASE WHEN ${of.isOf} THEN (
            SELECT ?? FROM ?? WHERE ?? = JSON_EXTRACT(${of[when]}, ?)) END AS ??`,
          [
            of.named(thing),
            `${table}.${column}`,
            table,
            `${table}.id`,
            `$.${field}`,
            `name_${when}_${field}`,
          ],
        ),
      ),
    ),
    // As one JSON object.
    ...Object.entries(keyed).map(([field, { table, key, column }]) =>
      db.raw(
        `CASE WHEN ${of.isOf} THEN (
          SELECT CAST(${engineOf(db).jsonObjectOf}(??, ??) AS CHAR) FROM ?? WHERE ?? > '') END AS ??`,
        [of.named(thing), key, column, table, key, `keyed_${field}_${thing}`],
      ),
    ),
  ]);
}
