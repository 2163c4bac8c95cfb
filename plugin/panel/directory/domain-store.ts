import type { Knex } from 'knex';
import { type DomainName, DomainName as Name } from '../../addresses/index.js';
import type { Database } from '../../database/database.js';
import { Prepared } from '../../database/prepared.js';
import { type Scope, ownersIn, scopeColumn } from '../../viewing/scope.js';
import { NotFoundError } from '../../errors.js';
import { foldText } from '../../database/fold-text.js';
import { type Locale, asLocale } from '../../web/locale.js';
import type { Domain, DomainRow } from './domain.js';

export interface NewDomain {
  readonly name: DomainName;
  readonly owner: { readonly id: number; readonly name: string };
  readonly resellerId: number | undefined;
  readonly locale: Locale;
  readonly suspended: boolean;
}

/** How much is removed with a domain. */
export interface DomainContents {
  readonly mailboxes: number;
  readonly aliases: number;
}

/** Finds domains by name, within the viewer's scope. */
export class DomainStore {
  readonly #db: Database;
  readonly #all: Prepared<{ name: string }, DomainRow>;
  readonly #owned: Record<'owner_id' | 'reseller_id', Prepared<NameAndAccount, DomainRow>>;

  constructor(db: Database) {
    this.#db = db;
    const byName = (value: (name: 'name') => Knex.Value): Knex.QueryBuilder =>
      db.knex('domains').where('name', value('name'));
    const owned = (column: string): Prepared<NameAndAccount, DomainRow> =>
      new Prepared(db, (value) => byName(value).where(column, value('accountId')));
    this.#all = new Prepared(db, byName);
    this.#owned = { owner_id: owned('owner_id'), reseller_id: owned('reseller_id') };
  }

  /** @param tx to lock the row in (FOR SHARE). */
  async row(scope: Scope, name: string, tx?: Knex): Promise<DomainRow | undefined> {
    const owner = scopeColumn(scope);
    if (tx !== undefined) {
      const condition = { name, ...(owner && { [owner.column]: owner.accountId }) };
      return await tx<DomainRow>('domains').where(condition).forShare().first();
    }
    const [row] =
      owner === undefined
        ? await this.#all.run({ name })
        : await this.#owned[owner.column].run({ name, accountId: owner.accountId });
    return row;
  }

  /**
   * @param text the domain from a URL or a command, in either form of an IDN.
   * @throws {NotFoundError}
   */
  async require(scope: Scope, text: string): Promise<DomainRow> {
    return found(await this.row(scope, nameIn(text)), text);
  }

  /**
   * The same, locking the row (FOR UPDATE).
   *
   * @throws {NotFoundError}
   */
  async hold(tx: Knex.Transaction, scope: Scope, text: string): Promise<DomainRow> {
    const owner = scopeColumn(scope);
    const condition = { name: nameIn(text), ...(owner && { [owner.column]: owner.accountId }) };
    return found(await tx<DomainRow>('domains').where(condition).forUpdate().first(), text);
  }

  async contents(domainId: number, db: Knex = this.#db.knex): Promise<DomainContents> {
    const count = async (table: string): Promise<number> => {
      const [row] = await db(table).where({ domain_id: domainId }).count<{ n: number }[]>('* as n');
      return Number(row?.n);
    };
    return { mailboxes: await count('mailboxes'), aliases: await count('aliases') };
  }

  async insert(tx: Knex, domain: NewDomain): Promise<number> {
    const [id] = await tx('domains').insert({
      ...namesOf(domain.name),
      owner_id: domain.owner.id,
      reseller_id: domain.resellerId ?? null,
      locale: domain.locale,
      suspended: Number(domain.suspended),
      created_at: Date.now(),
      ...ownerColumns(domain.name, domain.owner),
    });
    return Number(id);
  }

  /** Removes the domain with its contents and the accounts of its mail users. */
  async remove(tx: Knex, id: number): Promise<void> {
    const mailboxes = tx('mailboxes').where({ domain_id: id }).select('id');
    await tx('accounts').whereIn('mailbox_id', mailboxes).delete();
    await tx('domains').where({ id }).delete();
  }

  /** Updates the search texts and the order of an owner's domains after the owner was renamed. */
  async renameOwner(tx: Knex, ownerId: number, from: string, to: string): Promise<void> {
    const replaced = tx.raw('REPLACE(search_text, ?, ?)', [ownerPart(from), ownerPart(to)]);
    await tx('domains')
      .where({ owner_id: ownerId })
      .update({ sort_owner: ownerOrder(to), search_text: replaced });
  }

  async setReseller(tx: Knex, ownerId: number, resellerId: number | undefined): Promise<void> {
    await tx('domains')
      .where({ owner_id: ownerId })
      .update({ reseller_id: resellerId ?? null });
  }
}

/** The columns of a domain that follow its owner. */
export function ownerColumns(
  name: DomainName,
  owner: Pick<NewDomain['owner'], 'name'>,
): Pick<DomainRow, 'search_text'> & { readonly sort_owner: string } {
  return { sort_owner: ownerOrder(owner.name), search_text: domainSearchText(name, owner.name) };
}

/** The search text of a domain. No name contains a line break, so the owner's part can be found again. */
function domainSearchText(name: Pick<DomainName, 'ascii' | 'unicode'>, ownerName: string): string {
  return foldText(`${name.ascii} ${name.unicode}`) + ownerPart(ownerName);
}

const longestOrder = 400;

function ownerOrder(name: string): string {
  return foldText(name).slice(0, longestOrder);
}

function ownerPart(name: string): string {
  return `\n${foldText(name)}`;
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
    ...ownersIn(row),
    locale: asLocale(row.locale) ?? 'en',
    suspended: row.suspended === 1,
    mailEnabled: row.mail_enabled === 1,
  };
}

/** The columns derived from a domain's name. */
export function namesOf(
  domain: DomainName,
): Pick<
  DomainRow,
  'name' | 'at_name' | 'utf8_name' | 'at_utf8_name' | 'postmaster_address' | 'sort_name'
> {
  return {
    name: domain.ascii,
    at_name: `@${domain.ascii}`,
    utf8_name: domain.utf8 ?? null,
    at_utf8_name: domain.utf8 === undefined ? null : `@${domain.utf8}`,
    postmaster_address: `postmaster@${domain.ascii}`,
    sort_name: foldText(domain.unicode),
  };
}

function found(row: DomainRow | undefined, text: string): DomainRow {
  if (row === undefined) {
    throw new NotFoundError('errors.domain-not-found', { domain: text.slice(0, 253) });
  }
  return row;
}

const storedForm = /^[a-z\d.-]{1,253}$/;

/** A text in stored form is looked up unchanged; it need not be a valid name. */
function nameIn(text: string): string {
  if (storedForm.test(text)) {
    return text;
  }
  try {
    return Name.parse(text).ascii;
  } catch {
    return '';
  }
}
