import type { Knex } from 'knex';
import type { Database } from '../../database/database.js';
import type { Rows } from './contribution.js';

/** What was observed once and no other table says. */
export type Fact = 'host-rendered' | 'mx-here' | 'mx-servers' | 'mail-arrived';

interface FactRow {
  readonly fact: Fact;
  /** What it is about, such as a domain. */
  readonly about: string;
  readonly at: number;
}

/** Records what was observed last, or that it is no longer so. */
export async function observe(db: Database, fact: Fact, about: string | undefined): Promise<void> {
  await db.transaction(async (tx) => {
    await (about === undefined
      ? tx<FactRow>('observed_facts').where({ fact }).delete()
      : writeFact(tx, fact, about));
  });
}

export async function writeFact(
  tx: Knex,
  fact: Fact,
  about: string,
  at = Date.now(),
): Promise<void> {
  await tx<FactRow>('observed_facts').insert({ fact, about, at }).onConflict('fact').merge();
}

/** Rows that exist while a fact is true of something that still exists. */
export function whileTrue(
  fact: Fact,
  of?: { readonly table: string; readonly column: string },
): Rows {
  return (db) => {
    const facts = db('observed_facts').where('observed_facts.fact', fact);
    return of === undefined
      ? facts
      : facts.join(of.table, `${of.table}.${of.column}`, 'observed_facts.about');
  };
}
