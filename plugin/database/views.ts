import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { type Engine, engineOf } from './engine.js';

/** The queries of the views by name, in an engine's SQL. */
export type ViewDefinitions = (engine: Pick<Engine, 'concat'>) => Readonly<Record<string, string>>;

interface MadeView {
  readonly name: string;
  /** Digest of the query that it was created from. */
  readonly digest: string;
}

/** Creates views that are missing or were created from another query, and drops those that are no longer defined. */
export async function makeViews(db: Knex, define: ViewDefinitions): Promise<void> {
  const engine = engineOf(db);
  const views = define(engine);
  const made = new Map<string, string>(
    (await db<MadeView>('made_views')).map(({ name, digest }) => [name, digest]),
  );
  for (const [name, query] of Object.entries(views)) {
    const digest = createHash('sha256').update(query).digest('hex');
    if (made.get(name) !== digest) {
      await engine.replaceView(db, name, query);
      await db('made_views').insert({ name, digest }).onConflict('name').merge();
    }
  }
  for (const name of made.keys()) {
    if (views[name] === undefined) {
      await dropView(db, name);
    }
  }
}

/**
 * Marks all views for re-creation. Drops them where nobody reads the database meanwhile, so that they do not block
 * changes to tables.
 */
export async function forgetViews(db: Knex, define: ViewDefinitions): Promise<void> {
  if (engineOf(db).changesTablesInTransactions) {
    await dropViews(db, define);
  } else if (await db.schema.hasTable('made_views')) {
    await db('made_views').delete();
  }
}

export async function dropViews(db: Knex, define: ViewDefinitions): Promise<void> {
  for (const name of Object.keys(define(engineOf(db)))) {
    await db.raw('DROP VIEW IF EXISTS ??', [name]);
  }
  if (await db.schema.hasTable('made_views')) {
    for (const name of await db<MadeView>('made_views').pluck('name')) {
      await dropView(db, name);
    }
  }
}

async function dropView(db: Knex, name: string): Promise<void> {
  await db.raw('DROP VIEW IF EXISTS ??', [name]);
  await db('made_views').where({ name }).delete();
}
