import type { Changes, Changing } from '../../../changes/changes.js';
import { isDuplicate } from '../../../database/failures.js';
import { InvalidInputError } from '../../../errors.js';
import { type Account, resellerOf } from '../../directory/account.js';
import type { AccountStore } from '../../directory/account-store.js';
import type { Domain } from '../../directory/domain.js';
import { type DomainContents, type DomainStore, domainFrom } from '../../directory/domain-store.js';
import type { AccountPicker } from '../../directory/pickables.js';
import type { LeadingInto } from '../../directory/leading-into.js';
import type { PanelEvents } from '../../panel.js';
import type { Viewer } from '../../../viewing/viewer.js';
import type { DomainRemovalForm, NewDomainForm } from './forms.js';

export interface DomainRemoval {
  readonly domain: Domain;
  readonly contents: DomainContents;
  readonly leading: LeadingInto;
}

/** The domains that the panel hosts: added and removed. */
export class Domains {
  readonly #changes: Changes;
  readonly #store: DomainStore;
  readonly #accounts: AccountStore;
  readonly #owners: AccountPicker;
  readonly #events: PanelEvents;

  constructor(parts: {
    readonly changes: Changes;
    readonly domains: DomainStore;
    readonly accounts: AccountStore;
    readonly owners: AccountPicker;
    readonly events: PanelEvents;
  }) {
    this.#changes = parts.changes;
    this.#store = parts.domains;
    this.#accounts = parts.accounts;
    this.#owners = parts.owners;
    this.#events = parts.events;
  }

  /**
   * A domain starts with mail on, and refuses what is addressed to nobody.
   *
   * @throws {InvalidInputError} when the name is taken, or the viewer knows no such owner.
   */
  async create(viewer: Viewer, form: NewDomainForm): Promise<void> {
    try {
      await this.#changes.make(viewer, (changing) => this.#insert(viewer, form, changing));
    } catch (error) {
      throw isDuplicate(error)
        ? new InvalidInputError({ name: { key: 'domains.errors.taken' } })
        : error;
    }
  }

  async #insert(viewer: Viewer, form: NewDomainForm, changing: Changing): Promise<void> {
    const { tx, record, touch } = changing;
    const { account, barred } = await this.#owner(viewer, form.owner, changing);
    const resellerId = resellerOf(account);
    const domainId = await this.#store.insert(tx, {
      name: form.name,
      owner: account,
      resellerId,
      locale: form.locale,
      suspended: barred,
    });
    await record({
      action: 'domain.created',
      subject: form.name.ascii,
      ownerId: account.id,
      resellerId,
      after: { owner: account.login, locale: form.locale },
    });
    await touch([domainId]);
    await this.#events.emit({ kind: 'domain-created', domainId }, changing);
  }

  async #owner(
    viewer: Viewer,
    typed: string,
    { tx }: Changing,
  ): Promise<{ readonly account: Account; readonly barred: boolean }> {
    if (typed === '' && viewer.role === 'administrator') {
      throw new InvalidInputError({ owner: { key: 'errors.field.any.required' } });
    }
    const login = typed === '' ? viewer.login : typed;
    const owner = await this.#accounts.holdOwner(tx, viewer.scope, login);
    if (owner === undefined) {
      throw new InvalidInputError({ owner: await this.#owners.refusal(viewer.scope, login) });
    }
    return owner;
  }

  /** What would be lost, and what would lead elsewhere. @throws {NotFoundError} */
  async contents(viewer: Viewer, name: string): Promise<DomainRemoval> {
    const row = await this.#store.require(viewer.scope, name);
    return {
      domain: domainFrom(row),
      contents: await this.#store.contents(row.id),
      leading: await this.#store.leadingInto(viewer.scope, row),
    };
  }

  /** @throws {NotFoundError} @throws {InvalidInputError} when another name was typed to confirm. */
  async remove(viewer: Viewer, name: string, form: DomainRemovalForm): Promise<void> {
    await this.#changes.make(viewer, async (changing) => {
      const { tx, record, touch } = changing;
      const row = await this.#store.hold(tx, viewer.scope, name);
      if (form.confirmation.ascii !== row.name) {
        throw new InvalidInputError({ confirmation: { key: 'domains.errors.confirmation' } });
      }
      const contents = await this.#store.contents(row.id, tx);
      await this.#events.emit({ kind: 'domain-removed', domainId: row.id }, changing);
      await this.#store.remove(tx, row.id);
      await record({
        action: 'domain.removed',
        subject: row.name,
        ownerId: row.owner_id,
        resellerId: row.reseller_id ?? undefined,
        before: { ...contents },
      });
      await touch([row.id]);
    });
  }
}
