import type { Knex } from 'knex';
import type { EmailAddress } from '../../addresses/index.js';
import type { Database } from '../../database/database.js';
import { shared } from '../../database/locks.js';
import { Prepared } from '../../database/prepared.js';
import { type Scope, scopeColumn } from '../../viewing/scope.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import { foldText } from '../../database/fold-text.js';
import type { StoredAlias } from './alias.js';
import { type Forwarding, leadsTo, whereLeading } from '../domain-mail/index.js';
import { forPeople } from './mailbox.js';

interface AliasRow {
  id: number;
  domain_id: number;
  address: string;
  version: number;
  target: string;
}

/** The aliases of a domain that was found within the viewer's scope, and their targets. */
export class AliasStore {
  readonly #db: Database;
  readonly #byId: Prepared<{ domainId: number; id: number }, AliasRow>;
  readonly #byAddress: Prepared<{ domainId: number; address: string }, AliasRow>;

  constructor(db: Database) {
    this.#db = db;
    const inDomain = (value: (name: 'domainId') => Knex.Value): Knex.QueryBuilder =>
      withTargets(db.knex).where('a.domain_id', value('domainId'));
    this.#byId = new Prepared(db, (value) => inDomain(value).where('a.id', value('id')));
    this.#byAddress = new Prepared(db, (value) =>
      inDomain(value).where('a.address', value('address')),
    );
  }

  async find(domain: DomainRow, id: number): Promise<StoredAlias | undefined> {
    return aliasesIn(await this.#byId.run({ domainId: domain.id, id }))[0];
  }

  async findByAddress(domain: DomainRow, address: EmailAddress): Promise<StoredAlias | undefined> {
    const rows = await this.#byAddress.run({ domainId: domain.id, address: address.toString() });
    return aliasesIn(rows)[0];
  }

  /** In a transaction, locks the alias (FOR UPDATE). */
  async byAddress(
    db: Knex,
    domain: DomainRow,
    address: EmailAddress,
  ): Promise<StoredAlias | undefined> {
    const query = withTargets(db).where({
      'a.domain_id': domain.id,
      'a.address': address.toString(),
    });
    if (db.isTransaction) {
      void query.forUpdate();
    }
    return aliasesIn(await query)[0];
  }

  /** Locks the alias (FOR UPDATE). */
  async held(tx: Knex, alias: StoredAlias): Promise<StoredAlias | undefined> {
    const rows = await withTargets(tx)
      .where({ 'a.id': alias.id, 'a.domain_id': alias.domainId })
      .forUpdate();
    return aliasesIn(rows)[0];
  }

  async insert(
    tx: Knex,
    alias: {
      readonly domainId: number;
      readonly address: EmailAddress;
      readonly targets: readonly string[];
    },
  ): Promise<number> {
    const [id] = await tx('aliases').insert({
      ...columnsOf(alias.address, alias.targets),
      domain_id: alias.domainId,
      created_at: Date.now(),
    });
    await insertTargets(tx, Number(id), alias.targets);
    return Number(id);
  }

  /** Writes the given fields unless somebody has changed the alias since its `version`. @returns whether it did. */
  async replace(
    tx: Knex,
    alias: Pick<StoredAlias, 'id' | 'version'>,
    address: EmailAddress,
    targets: readonly string[],
  ): Promise<boolean> {
    const changed = await tx('aliases')
      .where({ id: alias.id, version: alias.version })
      .update({ ...columnsOf(address, targets), version: alias.version + 1 });
    if (changed === 1) {
      await tx('alias_targets').where({ alias_id: alias.id }).delete();
      await insertTargets(tx, alias.id, targets);
    }
    return changed === 1;
  }

  async remove(tx: Knex, ids: readonly number[]): Promise<void> {
    await tx('aliases')
      .whereIn('id', [...ids])
      .delete();
  }

  /**
   * The aliases of a scope that reach an address, tagged or not, also through other aliases.
   *
   * @param tx to lock them in.
   */
  async leadingTo(scope: Scope, address: string, tx?: Knex): Promise<readonly StoredAlias[]> {
    const found = new Map<string, StoredAlias>();
    for (let reached = [address]; reached.length > 0;) {
      const next = (await this.#withTargetAmong(scope, reached, tx)).filter(
        (alias) => !found.has(alias.address),
      );
      next.forEach((alias) => found.set(alias.address, alias));
      reached = next.map((alias) => alias.address);
    }
    return [...found.values()];
  }

  /** Display names of a scope's domains that forward unknown recipients to one of these addresses. */
  async forwardingDomains(
    scope: Scope,
    addresses: readonly string[],
    tx: Knex = this.#db.knex,
  ): Promise<readonly string[]> {
    const domains = tx<{ name: string }>('domains as d');
    const query = whereLeading(domains, (each, column) => each.whereIn(column, [...addresses]));
    const rows = await shared(tx, inScope(query, scope)).orderBy('d.name').select('d.name');
    return rows.map(({ name }) => name);
  }

  /** Those of these addresses that an alias or a domain forwards to, whoever owns it. */
  async ledToAmong(
    addresses: readonly string[],
    db: Knex = this.#db.knex,
  ): Promise<readonly string[]> {
    const targets = db<{ base: string }>('alias_targets').whereIn('base', [...addresses]);
    const domains = whereLeading(db<Forwarding>('domains as d'), (each, column) =>
      each.whereIn(column, [...addresses]),
    );
    const bases: readonly string[] = await shared(db, targets).distinct().pluck('base');
    const rows: readonly Forwarding[] = await shared(db, domains);
    return [...bases, ...rows.flatMap((row) => leadsTo(row) ?? [])];
  }

  async #withTargetAmong(
    scope: Scope,
    targets: readonly string[],
    db: Knex = this.#db.knex,
  ): Promise<readonly StoredAlias[]> {
    const leading = db<{ alias_id: number; base: string }>('alias_targets');
    const rows = await shared(db, leading)
      .whereIn('base', [...targets])
      .select('alias_id');
    const ids = rows.map((row) => row.alias_id);
    return aliasesIn(await inScope(shared(db, withTargets(db)), scope).whereIn('a.id', ids));
  }

  /** Which of these domains belong to this owner. */
  async domainsOf(
    tx: Knex,
    ownerId: number,
    names: readonly string[],
  ): Promise<ReadonlySet<string>> {
    const found = await tx<{ name: string; owner_id: number }>('domains')
      .where({ owner_id: ownerId })
      .whereIn('name', [...names])
      .pluck('name');
    return new Set(found);
  }
}

/** The search text of an alias. */
function aliasSearchText(address: EmailAddress, targets: readonly string[]): string {
  const all = [address.toString(), ...targets.toSorted()];
  return foldText([...new Set([...all, ...all.map(forPeople)])].join(' '));
}

/** Joins aliases with their targets, a row for each. */
export function withTargets(db: Knex): Knex.QueryBuilder {
  return db('aliases as a')
    .join('domains as d', 'd.id', 'a.domain_id')
    .join('alias_targets as t', 't.alias_id', 'a.id')
    .select('a.id', 'a.domain_id', 'a.address', 'a.version', 't.target')
    .orderBy(['a.address', 't.target']);
}

function inScope<T extends Knex.QueryBuilder>(query: T, scope: Scope): T {
  const owner = scopeColumn(scope);
  if (owner !== undefined) {
    query.where(`d.${owner.column}`, owner.accountId);
  }
  return query;
}

/** Groups rows of one target each. */
export function aliasesIn(rows: readonly AliasRow[]): readonly StoredAlias[] {
  const targets = new Map<number, string[]>();
  for (const { id, target } of rows) {
    targets.set(id, [...(targets.get(id) ?? []), target]);
  }
  return [...new Map(rows.map((row) => [row.id, row])).values()].map((row) => ({
    id: row.id,
    domainId: row.domain_id,
    address: row.address,
    version: row.version,
    targets: targets.get(row.id) ?? [],
  }));
}

function columnsOf(address: EmailAddress, targets: readonly string[]): Record<string, unknown> {
  return {
    address: address.toString(),
    utf8_address: address.utf8 ?? null,
    search_text: aliasSearchText(address, targets),
  };
}

async function insertTargets(tx: Knex, id: number, targets: readonly string[]): Promise<void> {
  await tx('alias_targets').insert(targets.map((target) => ({ alias_id: id, target })));
}
