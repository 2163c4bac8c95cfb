import type { Knex } from 'knex';
import type { Database } from '../../database/database.js';
import { Prepared } from '../../database/prepared.js';
import type { Owned } from '../../panel/directory/account-store.js';

/** The addresses of a domain that receive mail while its mail service is on. */
export interface Receiving {
  readonly mailboxes: Owned;
  readonly aliases: Owned;
}

interface NamedRow {
  readonly name: string;
  readonly total: number;
}

const mostNamed = 3;

/** Counts what receives mail in a domain, with the first names. */
export class ReceivingAddresses {
  readonly #mailboxes: Prepared<{ domainId: number }, NamedRow>;
  readonly #aliases: Prepared<{ domainId: number }, NamedRow>;

  constructor(db: Database) {
    this.#mailboxes = named(db, 'mailboxes', (rows) => rows.where('suspended', 0));
    this.#aliases = named(db, 'aliases', (rows) => rows);
  }

  async of(domainId: number): Promise<Receiving> {
    const [mailboxes, aliases] = await Promise.all([
      this.#mailboxes.run({ domainId }),
      this.#aliases.run({ domainId }),
    ]);
    return { mailboxes: ownedIn(mailboxes), aliases: ownedIn(aliases) };
  }
}

function named(
  db: Database,
  table: 'mailboxes' | 'aliases',
  narrow: (rows: Knex.QueryBuilder) => Knex.QueryBuilder,
): Prepared<{ domainId: number }, NamedRow> {
  return new Prepared(db, (value) => {
    const rows = (): Knex.QueryBuilder =>
      narrow(db.knex(table).where('domain_id', value('domainId')));
    return rows()
      .select(db.knex.raw('COALESCE(utf8_address, address) AS name'))
      .select(rows().count('*').as('total'))
      .orderBy('address')
      .limit(mostNamed, { skipBinding: true });
  });
}

function ownedIn(rows: readonly NamedRow[]): Owned {
  return { count: rows[0]?.total ?? 0, names: rows.map(({ name }) => name) };
}
