import type { Knex } from 'knex';
import type { EmailAddress } from '../../addresses/index.js';
import type { Changes } from '../../changes/changes.js';
import type { Database } from '../../database/database.js';
import { NotFoundError } from '../../errors.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import type { DomainStore } from '../../panel/directory/domain-store.js';
import type { Viewer } from '../../viewing/viewer.js';
import { AddressRemoval } from './address-removal.js';
import type { StoredAlias } from './alias.js';
import { AliasChange, type FoundAlias, type WantedAlias, completed } from './alias-change.js';
import { AliasCreation } from './alias-creation.js';
import type { AliasStore } from './alias-store.js';
import type { AliasTargets } from './alias-targets.js';
import { type AddressOrigin, DomainAddresses } from './domain-addresses.js';
import type { DomainMembers, DomainPlan } from './domain-members.js';
import type { NewAliasForm } from './forms.js';
import type { Removals } from './removals.js';
import { aliasFields } from './audit-fields.js';
import { keptAlias } from './kept.js';

/** A domain with what the viewer may do with its aliases. */
export interface AliasesPage extends DomainPlan {
  /** Whether targets must be within the owner's domains. */
  readonly mustStay: boolean;
}

/** An alias with its domain. */
export interface AliasPage extends AliasesPage {
  readonly alias: StoredAlias;
}

interface AliasesParts {
  readonly db: Database;
  readonly changes: Changes;
  readonly domains: DomainStore;
  readonly members: DomainMembers;
  readonly removals: Removals;
  readonly targets: AliasTargets;
  readonly store: AliasStore;
}

/** The aliases of domains: their pages and verbs. */
export class Aliases extends DomainAddresses<FoundAlias, StoredAlias, AliasPage> {
  readonly creation: AliasCreation;
  readonly settings: AliasChange;
  readonly removals: AddressRemoval<StoredAlias>;
  protected readonly versionedActions = ['alias.changed'];

  readonly #parts: AliasesParts;

  constructor(parts: AliasesParts) {
    super(parts);
    this.#parts = parts;
    this.creation = new AliasCreation(parts);
    this.settings = new AliasChange(parts);
    this.removals = new AddressRemoval<StoredAlias>({
      ...parts,
      action: 'alias.removed',
      auditFields: aliasFields,
      kept: keptAlias,
    });
  }

  /** @throws {NotFoundError} */
  async overview(viewer: Viewer, domain: string): Promise<AliasesPage> {
    return await this.#page(viewer, await this.#parts.domains.require(viewer.scope, domain));
  }

  /** @throws {NotFoundError} */
  async page(viewer: Viewer, domain: string, id: number): Promise<AliasPage> {
    const { domainRow, alias } = await this.find(viewer, domain, id);
    return { ...(await this.#page(viewer, domainRow)), alias };
  }

  /** @throws {NotFoundError} */
  async byAddress(viewer: Viewer, address: EmailAddress): Promise<AliasPage> {
    const domain = await this.#parts.domains.require(viewer.scope, address.domain.ascii);
    const alias = await this.#parts.store.findByAddress(domain, address);
    if (alias === undefined) {
      throw new NotFoundError('aliases.errors.not-found', { address: address.toUnicode() });
    }
    return { ...(await this.#page(viewer, domain)), alias };
  }

  /** @returns the alias's id. @throws {InvalidInputError} @throws {NotFoundError} */
  async create(viewer: Viewer, domainName: string, form: NewAliasForm): Promise<number> {
    const domain = await this.#parts.domains.require(viewer.scope, domainName);
    const mustStay = await this.#parts.targets.mustStay(viewer);
    return await this.#parts.changes.carryOut(
      viewer,
      this.creation,
      (tx) => this.creation.read(tx, viewer, domain, { form, mustStay }),
      form,
    );
  }

  /**
   * @throws {InvalidInputError} @throws {NotFoundError}
   * @throws {ConflictError} when somebody else has changed the alias since `wanted.version`.
   */
  async change(viewer: Viewer, domain: string, id: number, wanted: WantedAlias): Promise<void> {
    const found = await this.find(viewer, domain, id);
    const form = completed(wanted, found.alias);
    const mustStay = await this.#parts.targets.mustStay(viewer);
    await this.#parts.changes.carryOut(
      viewer,
      this.settings,
      (tx) => this.settings.read(tx, viewer, found, { form, mustStay }),
      form,
    );
  }

  async #page(viewer: Viewer, domain: DomainRow): Promise<AliasesPage> {
    const [plan, mustStay] = await Promise.all([
      this.#parts.members.planFor(viewer, 'aliases', domain),
      this.#parts.targets.mustStay(viewer),
    ]);
    return { ...plan, mustStay };
  }

  protected async find(viewer: Viewer, domain: string, id: number): Promise<FoundAlias> {
    const domainRow = await this.#parts.domains.require(viewer.scope, domain);
    const alias = await this.#parts.store.find(domainRow, id);
    if (alias === undefined) {
      throw new NotFoundError();
    }
    return { domainRow, alias };
  }

  protected thingOn({ alias }: AliasPage): StoredAlias {
    return alias;
  }

  protected async hold(
    tx: Knex.Transaction,
    { alias }: FoundAlias,
  ): Promise<StoredAlias | undefined> {
    return await this.#parts.store.held(tx, alias);
  }

  protected origin({ alias, domainRow }: FoundAlias): AddressOrigin {
    return { subject: alias.address, since: domainRow.created_at };
  }
}
