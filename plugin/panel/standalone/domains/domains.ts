import type { Changes } from '../../../changes/changes.js';
import type { Database } from '../../../database/database.js';
import { isDuplicate } from '../../../database/failures.js';
import { InvalidInputError } from '../../../errors.js';
import { type Registration, fromEach } from '../../../feature.js';
import type { AccountStore } from '../../directory/account-store.js';
import type { Domain, DomainRow } from '../../directory/domain.js';
import { type DomainContents, type DomainStore, domainFrom } from '../../directory/domain-store.js';
import type { AccountPicker } from '../../directory/pickables.js';
import type { LeadingInto } from '../../directory/leading-into.js';
import type { PanelEvents } from '../../panel.js';
import { removalOf } from '../../../removals/undo-step.js';
import type { Viewer } from '../../../viewing/viewer.js';
import { DomainCreation } from './domain-creation.js';
import { DomainRemoval } from './domain-removal.js';
import type { DomainRemovalForm, NewDomainForm } from './forms.js';

export interface DomainRemovalPage {
  readonly domain: Domain;
  readonly contents: DomainContents;
  readonly leading: LeadingInto;
  /** The SMTP server that its mail leaves through, if it does. */
  readonly relay: string | undefined;
}

interface DomainsParts {
  readonly db: Database;
  readonly changes: Changes;
  readonly domains: DomainStore;
  readonly accounts: AccountStore;
  readonly owners: AccountPicker;
  readonly events: PanelEvents;
  readonly registered: readonly Registration[];
}

/** Adds and removes the domains that the panel hosts. */
export class Domains {
  readonly creation: DomainCreation;
  readonly removal: DomainRemoval;

  readonly #parts: DomainsParts;

  constructor(parts: DomainsParts) {
    this.#parts = parts;
    this.creation = new DomainCreation(parts);
    this.removal = new DomainRemoval(parts);
  }

  /**
   * A domain starts with the mail service on, and refuses mail for unknown recipients.
   *
   * @throws {InvalidInputError} when the name is taken, or the viewer knows no such owner.
   */
  async create(viewer: Viewer, form: NewDomainForm): Promise<void> {
    try {
      await this.#parts.changes.carryOut(
        viewer,
        this.creation,
        (tx) => this.creation.read(tx, viewer, form),
        form,
      );
    } catch (error) {
      throw isDuplicate(error)
        ? new InvalidInputError({ name: { key: 'domains.errors.taken' } })
        : error;
    }
  }

  /** What a removal would delete, and what forwards into the domain. @throws {NotFoundError} */
  async contents(viewer: Viewer, name: string): Promise<DomainRemovalPage> {
    const row = await this.#parts.domains.require(viewer.scope, name);
    return {
      domain: domainFrom(row),
      contents: await this.#parts.domains.contents(row.id),
      leading: await this.#leadingInto(viewer, row),
      relay: await this.#relayOf(row),
    };
  }

  async #relayOf({ relay_id: id }: DomainRow): Promise<string | undefined> {
    const server: { title: string } | undefined = await this.#parts.db
      .knex('smtp_servers')
      .where({ id })
      .first('title');
    return server?.title;
  }

  async #leadingInto({ scope }: Viewer, domain: DomainRow): Promise<LeadingInto> {
    const { db, registered } = this.#parts;
    const around = { db: db.knex, scope, domain };
    const leading = await fromEach(registered, (each) => each.leadingInto?.(around));
    return Object.assign({}, ...leading);
  }

  /**
   * @returns the ID under which it is kept.
   * @throws {NotFoundError}
   * @throws {InvalidInputError} when another name was typed to confirm.
   */
  async remove(viewer: Viewer, name: string, form: DomainRemovalForm): Promise<number | undefined> {
    const id = await this.#parts.changes.carryOut(
      viewer,
      this.removal,
      (tx) => this.removal.read(tx, viewer, name),
      form,
    );
    return await removalOf(this.#parts.db.knex, 'domain', id);
  }
}
