import type { Knex } from 'knex';
import type { EmailAddress } from '../../addresses/index.js';
import type { Changes } from '../../changes/changes.js';
import { withHash } from '../../changes/with-hash.js';
import type { Database } from '../../database/database.js';
import { NotFoundError } from '../../errors.js';
import type { DomainStore } from '../../panel/directory/domain-store.js';
import type { Viewer } from '../../viewing/viewer.js';
import { AddressRemoval } from './address-removal.js';
import type { AliasStore } from './alias-store.js';
import { type AddressOrigin, DomainAddresses } from './domain-addresses.js';
import type { DomainMembers, DomainPlan } from './domain-members.js';
import type { NewMailboxForm } from './forms.js';
import {
  type MailProgramParts,
  type MailProgramSettings,
  forMailPrograms,
} from './mail-programs.js';
import type { Mailbox } from './mailbox.js';
import { type FoundMailbox, MailboxChange, type WantedMailbox } from './mailbox-change.js';
import { MailboxCreation } from './mailbox-creation.js';
import { MailboxStore, mailboxFrom } from './mailbox-store.js';
import { MailboxSuspension } from './mailbox-suspension.js';
import type { Removals } from './removals.js';
import { type Suspension, suspensionOf } from './suspension.js';
import { mailboxFields } from './audit-fields.js';
import { keptMailbox } from './kept.js';

/** A mailbox with its domain. */
export interface MailboxPage extends DomainPlan, MailProgramSettings {
  readonly mailbox: Mailbox;
}

interface MailboxesParts extends MailProgramParts {
  readonly db: Database;
  readonly changes: Changes;
  readonly domains: DomainStore;
  readonly members: DomainMembers;
  readonly removals: Removals;
  readonly aliasStore: AliasStore;
}

/** The mailboxes of domains: their pages and verbs. */
export class Mailboxes extends DomainAddresses<FoundMailbox, Mailbox, MailboxPage> {
  readonly creation: MailboxCreation;
  readonly settings: MailboxChange;
  readonly suspensions: MailboxSuspension;
  readonly removals: AddressRemoval<Mailbox>;
  protected readonly versionedActions = ['mailbox.changed', 'mailbox.password-changed'];

  readonly #parts: MailboxesParts;
  readonly #store: MailboxStore;

  constructor(parts: MailboxesParts) {
    super(parts);
    this.#parts = parts;
    this.#store = new MailboxStore(parts.db);
    const shared = { ...parts, store: this.#store };
    this.creation = new MailboxCreation(shared);
    this.settings = new MailboxChange(this.#store);
    this.suspensions = new MailboxSuspension(shared);
    this.removals = new AddressRemoval<Mailbox>({
      ...shared,
      action: 'mailbox.removed',
      auditFields: mailboxFields,
      kept: keptMailbox,
    });
  }

  /** @throws {NotFoundError} */
  async overview(viewer: Viewer, domain: string): Promise<DomainPlan> {
    const row = await this.#parts.domains.require(viewer.scope, domain);
    return await this.#parts.members.planFor(viewer, 'mailboxes', row);
  }

  /** @throws {NotFoundError} */
  async page(viewer: Viewer, domain: string, id: number): Promise<MailboxPage> {
    const { domainRow, row } = await this.find(viewer, domain, id);
    const plan = await this.#parts.members.planFor(viewer, 'mailboxes', domainRow);
    const mailbox = mailboxFrom(row);
    return { ...plan, mailbox, ...(await forMailPrograms(this.#parts, domainRow, mailbox)) };
  }

  /** @throws {NotFoundError} */
  async byAddress(viewer: Viewer, address: EmailAddress): Promise<MailboxPage> {
    const domain = await this.#parts.domains.require(viewer.scope, address.domain.ascii);
    const row = await this.#store.findByAddress(domain, address);
    if (row === undefined) {
      throw new NotFoundError('mailboxes.errors.not-found', { address: address.toUnicode() });
    }
    return await this.page(viewer, domain.name, row.id);
  }

  /** @returns the mailbox's id. @throws {InvalidInputError} @throws {NotFoundError} */
  async create(viewer: Viewer, domainName: string, form: NewMailboxForm): Promise<number> {
    const domain = await this.#parts.domains.require(viewer.scope, domainName);
    return await withHash(viewer, form.password, (by, passwordHash) =>
      this.#parts.changes.carryOut(
        by,
        this.creation,
        (tx) => this.creation.read(tx, viewer, domain, form),
        { ...form, passwordHash },
      ),
    );
  }

  /**
   * @throws {InvalidInputError} @throws {NotFoundError}
   * @throws {ConflictError} when somebody else has changed the mailbox since `wanted.version`.
   */
  async change(viewer: Viewer, domain: string, id: number, wanted: WantedMailbox): Promise<void> {
    const found = await this.find(viewer, domain, id);
    const { password = '' } = wanted;
    const change = async (by: Viewer, passwordHash?: string): Promise<void> => {
      await this.#parts.changes.carryOut(
        by,
        this.settings,
        async (tx) => ({
          ...found,
          ...(await this.#parts.members.quotaLimits(tx, by, found.domainRow.owner_id)),
        }),
        { ...wanted, passwordHash },
      );
    };
    await (password === '' ? change(viewer) : withHash(viewer, password, change));
  }

  /** What else would not be delivered while the mailbox is suspended. @throws {NotFoundError} */
  async suspension(
    viewer: Viewer,
    domain: string,
    id: number,
  ): Promise<MailboxPage & { readonly suspension: Suspension }> {
    const page = await this.page(viewer, domain, id);
    const { address } = page.mailbox;
    return {
      ...page,
      suspension: await suspensionOf(this.#parts.aliasStore, viewer.scope, address),
    };
  }

  /**
   * Suspends the mailbox.
   *
   * @param confirmed whether the consequences for aliases are confirmed.
   * @throws {NotFoundError}
   * @throws {ConflictError} when they are not, or a domain forwards to it.
   */
  async suspend(viewer: Viewer, domain: string, id: number, confirmed = false): Promise<Mailbox> {
    return await this.#setSuspended(viewer, domain, id, { suspended: true, confirmed });
  }

  /** @throws {NotFoundError} */
  async resume(viewer: Viewer, domain: string, id: number): Promise<Mailbox> {
    return await this.#setSuspended(viewer, domain, id, { suspended: false, confirmed: true });
  }

  protected async find(viewer: Viewer, domain: string, id: number): Promise<FoundMailbox> {
    const domainRow = await this.#parts.domains.require(viewer.scope, domain);
    const row = await this.#store.find(domainRow, id);
    if (row === undefined) {
      throw new NotFoundError();
    }
    return { domainRow, row };
  }

  protected thingOn({ mailbox }: MailboxPage): Mailbox {
    return mailbox;
  }

  protected async hold(tx: Knex.Transaction, { row }: FoundMailbox): Promise<Mailbox | undefined> {
    const held = await this.#store.held(tx, row);
    return held && mailboxFrom(held);
  }

  protected origin({ row }: FoundMailbox): AddressOrigin {
    return { subject: row.address, since: row.created_at };
  }

  async #setSuspended(
    viewer: Viewer,
    domain: string,
    id: number,
    wanted: { readonly suspended: boolean; readonly confirmed: boolean },
  ): Promise<Mailbox> {
    const found = await this.find(viewer, domain, id);
    return await this.#parts.changes.carryOut(
      viewer,
      this.suspensions,
      (tx) => this.suspensions.read(tx, viewer, found, wanted),
      wanted,
    );
  }
}
