import type { Knex } from 'knex';
import { type Meanwhile, changedSince } from '../../changes/changed-since.js';
import type { Changes } from '../../changes/changes.js';
import type { Database } from '../../database/database.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import { removalOf } from '../../removals/undo-step.js';
import type { Viewer } from '../../viewing/viewer.js';
import type { AddressRemoval, Addressed } from './address-removal.js';
import type { StoredAlias } from './alias.js';
import type { DomainPlan } from './domain-members.js';
import type { Removal, Removals } from './removals.js';

interface InDomain {
  readonly domainRow: DomainRow;
}

export interface AddressOrigin {
  readonly subject: string;
  /** No later than its creation, and no earlier than its domain's, in ms since 1970. */
  readonly since: number;
}

interface DomainAddressesParts {
  readonly db: Database;
  readonly changes: Changes;
  readonly removals: Removals;
}

/** What the mailboxes and the aliases of domains have in common: history and removal. */
export abstract class DomainAddresses<
  Found extends InDomain,
  Thing extends Addressed,
  Page extends DomainPlan,
> {
  abstract readonly removals: AddressRemoval<Thing>;
  /** Actions in the audit log that make a new version. */
  protected abstract readonly versionedActions: readonly string[];
  readonly #parts: DomainAddressesParts;

  constructor(parts: DomainAddressesParts) {
    this.#parts = parts;
  }

  /** @throws {NotFoundError} */
  abstract page(viewer: Viewer, domain: string, id: number): Promise<Page>;

  /** @throws {NotFoundError} */
  protected abstract find(viewer: Viewer, domain: string, id: number): Promise<Found>;
  protected abstract thingOn(page: Page): Thing;
  /** Locks the row; undefined when it has been removed. */
  protected abstract hold(tx: Knex.Transaction, found: Found): Promise<Thing | undefined>;
  protected abstract origin(found: Found): AddressOrigin;

  /** What removing it would delete. @throws {NotFoundError} */
  async removal(
    viewer: Viewer,
    domain: string,
    id: number,
  ): Promise<Page & { readonly removal: Removal }> {
    const page = await this.page(viewer, domain, id);
    return { ...page, removal: await this.#parts.removals.of(viewer.scope, this.thingOn(page)) };
  }

  /**
   * Removes it with the aliases that forward nowhere else.
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
    const found = await this.find(viewer, domain, id);
    return await this.#parts.changes.carryOut(
      viewer,
      this.removals,
      (tx) => this.removals.read(tx, viewer, found.domainRow, (within) => this.hold(within, found)),
      { expected },
    );
  }

  /** The ID of the removal of the one that had this ID. */
  async removedAs(id: number): Promise<number | undefined> {
    return await removalOf(this.#parts.db.knex, this.removals.kind, id);
  }

  /** What others changed after `version`, newest first. @throws {NotFoundError} */
  async meanwhile(
    viewer: Viewer,
    domain: string,
    id: number,
    version: number,
  ): Promise<readonly Meanwhile[]> {
    const { subject, since } = this.origin(await this.find(viewer, domain, id));
    const thing = { subject, since, version };
    return await changedSince(this.#parts.db, this.versionedActions, thing);
  }
}
