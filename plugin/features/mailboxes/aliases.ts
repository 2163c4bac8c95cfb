import type { EmailAddress } from '../../addresses/index.js';
import { type Meanwhile, changedSince } from '../../changes/changed-since.js';
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
import type { DomainMembers, DomainPlan } from './domain-members.js';
import type { NewAliasForm } from './forms.js';
import type { Removal, Removals } from './removals.js';
import { aliasFields } from './audit-fields.js';

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
export class Aliases {
  readonly creation: AliasCreation;
  readonly settings: AliasChange;
  readonly removals: AddressRemoval<StoredAlias>;

  readonly #parts: AliasesParts;

  constructor(parts: AliasesParts) {
    this.#parts = parts;
    this.creation = new AliasCreation(parts);
    this.settings = new AliasChange(parts);
    this.removals = new AddressRemoval<StoredAlias>({
      ...parts,
      action: 'alias.removed',
      auditFields: aliasFields,
    });
  }

  /** @throws {NotFoundError} */
  async overview(viewer: Viewer, domain: string): Promise<AliasesPage> {
    return await this.#page(viewer, await this.#parts.domains.require(viewer.scope, domain));
  }

  /** @throws {NotFoundError} */
  async page(viewer: Viewer, domain: string, id: number): Promise<AliasPage> {
    const { domainRow, alias } = await this.#find(viewer, domain, id);
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
    const found = await this.#find(viewer, domain, id);
    const form = completed(wanted, found.alias);
    const mustStay = await this.#parts.targets.mustStay(viewer);
    await this.#parts.changes.carryOut(
      viewer,
      this.settings,
      (tx) => this.settings.read(tx, viewer, found, { form, mustStay }),
      form,
    );
  }

  /** What removing the alias would delete. @throws {NotFoundError} */
  async removal(
    viewer: Viewer,
    domain: string,
    id: number,
  ): Promise<AliasPage & { readonly removal: Removal }> {
    const page = await this.page(viewer, domain, id);
    return { ...page, removal: await this.#parts.removals.of(viewer.scope, page.alias) };
  }

  /**
   * Removes the alias with those that forward nowhere else.
   *
   * @param expected the digest from `removal`; undefined skips the check.
   * @throws {NotFoundError}
   * @throws {ConflictError} when the consequences have changed, or a domain forwards to it.
   */
  async remove(
    viewer: Viewer,
    domain: string,
    id: number,
    expected?: string,
  ): Promise<readonly StoredAlias[]> {
    const { domainRow, alias } = await this.#find(viewer, domain, id);
    return await this.#parts.changes.carryOut(
      viewer,
      this.removals,
      (tx) =>
        this.removals.read(tx, viewer, domainRow, (within) =>
          this.#parts.store.held(within, alias),
        ),
      { expected },
    );
  }

  /** What others changed after `version`, newest first. @throws {NotFoundError} */
  async meanwhile(
    viewer: Viewer,
    domain: string,
    id: number,
    version: number,
  ): Promise<readonly Meanwhile[]> {
    const { alias, domainRow } = await this.#find(viewer, domain, id);
    return await changedSince(this.#parts.db, ['alias.changed'], {
      subject: alias.address,
      version,
      since: domainRow.created_at,
    });
  }

  async #page(viewer: Viewer, domain: DomainRow): Promise<AliasesPage> {
    const [plan, mustStay] = await Promise.all([
      this.#parts.members.planFor(viewer, 'aliases', domain),
      this.#parts.targets.mustStay(viewer),
    ]);
    return { ...plan, mustStay };
  }

  async #find(viewer: Viewer, domain: string, id: number): Promise<FoundAlias> {
    const domainRow = await this.#parts.domains.require(viewer.scope, domain);
    const alias = await this.#parts.store.find(domainRow, id);
    if (alias === undefined) {
      throw new NotFoundError();
    }
    return { domainRow, alias };
  }
}
