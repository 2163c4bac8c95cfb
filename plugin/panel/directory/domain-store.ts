import type { Knex } from 'knex';
import { type DomainName, DomainName as Name } from '../../addresses/index.js';
import type { Database } from '../../database/database.js';
import { Prepared } from '../../database/prepared.js';
import { type Scope, scopeColumn } from '../../database/scope.js';
import { NotFoundError } from '../../errors.js';
import { asLocale } from '../../web/locale.js';
import type { Domain, DomainRow } from './domain.js';

/** Finds domains by name, within what the viewer may see. */
export class DomainStore {
  readonly #all: Prepared<{ name: string }, DomainRow>;
  readonly #owned: Record<'owner_id' | 'reseller_id', Prepared<NameAndAccount, DomainRow>>;

  constructor(db: Database) {
    const byName = (value: (name: 'name') => Knex.Value): Knex.QueryBuilder =>
      db.knex('domains').where('name', value('name'));
    const owned = (column: string): Prepared<NameAndAccount, DomainRow> =>
      new Prepared(db, (value) => byName(value).where(column, value('accountId')));
    this.#all = new Prepared(db, byName);
    this.#owned = { owner_id: owned('owner_id'), reseller_id: owned('reseller_id') };
  }

  async row(scope: Scope, name: string): Promise<DomainRow | undefined> {
    const owner = scopeColumn(scope);
    const [row] =
      owner === undefined
        ? await this.#all.run({ name })
        : await this.#owned[owner.column].run({ name, accountId: owner.accountId });
    return row;
  }

  /**
   * @param text a domain as a URL or a command has it, in either form of an IDN.
   * @throws {NotFoundError}
   */
  async require(scope: Scope, text: string): Promise<DomainRow> {
    const row = await this.row(scope, nameIn(text));
    if (row === undefined) {
      throw new NotFoundError('errors.domain-not-found', { domain: text.slice(0, 253) });
    }
    return row;
  }
}

interface NameAndAccount extends Record<string, string | number> {
  readonly name: string;
  readonly accountId: number;
}

export function domainFrom(row: DomainRow): Domain {
  return {
    id: row.id,
    name: row.name,
    displayName: row.utf8_name ?? row.name,
    ownerId: row.owner_id,
    resellerId: row.reseller_id ?? undefined,
    locale: asLocale(row.locale) ?? 'en',
    suspended: row.suspended === 1,
    mailEnabled: row.mail_enabled === 1,
  };
}

/** The columns that follow from a domain's name. */
export function namesOf(
  domain: DomainName,
): Pick<DomainRow, 'name' | 'at_name' | 'utf8_name' | 'at_utf8_name' | 'postmaster_address'> {
  return {
    name: domain.ascii,
    at_name: `@${domain.ascii}`,
    utf8_name: domain.utf8 ?? null,
    at_utf8_name: domain.utf8 === undefined ? null : `@${domain.utf8}`,
    postmaster_address: `postmaster@${domain.ascii}`,
  };
}

function nameIn(text: string): string {
  try {
    return Name.parse(text).ascii;
  } catch {
    return '';
  }
}
