import type { Changes } from '../../../changes/changes.js';
import { isDuplicate } from '../../../database/failures.js';
import { InvalidInputError, NotFoundError } from '../../../errors.js';
import { hashPassword } from '../../../secrets/passwords.js';
import type { Viewer } from '../../../viewing/viewer.js';
import type { Account } from '../../directory/account.js';
import type { AccountStore, Belongings } from '../../directory/account-store.js';
import type { Dependents } from '../../directory/dependents.js';
import type { DomainStore } from '../../directory/domain-store.js';
import type { Plan } from '../../directory/plan.js';
import type { PanelEvents } from '../../panel.js';
import { AccountChange } from './account-change.js';
import { AccountCreation } from './account-creation.js';
import { AccountLink } from './account-link.js';
import { AccountRemoval } from './account-removal.js';
import { AccountSuspension } from './account-suspension.js';
import type { AccountForm, NewAccountForm } from './forms.js';
import { holdManageable, manageable } from './manageable.js';
import type { Placements } from './placements.js';

export interface AccountPage {
  readonly account: Account;
  /** The login of its reseller; empty for none. */
  readonly reseller: string;
  /** The plans that the viewer can assign. */
  readonly plans: readonly Plan[];
}

interface AccountsParts {
  readonly changes: Changes;
  readonly store: AccountStore;
  readonly domains: DomainStore;
  readonly placements: Placements;
  readonly events: PanelEvents;
}

/** The accounts of administrators, resellers and customers. People change their own in the preferences. */
export class Accounts {
  readonly creation: AccountCreation;
  readonly fields: AccountChange;
  readonly suspension: AccountSuspension;
  readonly removal: AccountRemoval;
  readonly link: AccountLink;

  readonly #parts: AccountsParts;

  constructor(parts: AccountsParts) {
    this.#parts = parts;
    this.creation = new AccountCreation(parts.store);
    this.fields = new AccountChange(parts);
    this.suspension = new AccountSuspension(parts);
    this.removal = new AccountRemoval(parts.store);
    this.link = new AccountLink();
  }

  /** @throws {NotFoundError} @throws {ForbiddenError} when it is the viewer's own. */
  async find(viewer: Viewer, id: number): Promise<Account> {
    return manageable(viewer, await this.#parts.store.find(viewer.scope, id));
  }

  /** An account with what its form shows. */
  async page(viewer: Viewer, id: number): Promise<AccountPage> {
    const account = await this.find(viewer, id);
    const reseller = await this.#parts.store.find(viewer.scope, account.parentId ?? 0);
    const plans = await this.#parts.placements.plansFor(viewer, account);
    return { account, reseller: reseller?.login ?? '', plans };
  }

  async plansFor(viewer: Viewer): Promise<readonly Plan[]> {
    return await this.#parts.placements.plansFor(viewer);
  }

  /** @throws {NotFoundError} */
  async findByLogin(viewer: Viewer, login: string): Promise<Account> {
    const known = await this.#parts.store.knownByLogin(login);
    const account = await this.#parts.store.find(viewer.scope, known?.account.id ?? 0);
    if (account === undefined) {
      throw new NotFoundError('accounts.errors.not-found', { login });
    }
    return manageable(viewer, account);
  }

  /** @throws {InvalidInputError} */
  async create(viewer: Viewer, form: NewAccountForm): Promise<number> {
    const passwordHash = await newHash(form);
    try {
      return await this.#parts.changes.carryOut(
        viewer,
        this.creation,
        (tx) => this.#parts.placements.of(viewer, form, tx),
        { form, passwordHash },
      );
    } catch (error) {
      throw isDuplicate(error)
        ? new InvalidInputError({ login: { key: 'accounts.errors.taken' } })
        : error;
    }
  }

  /** @throws {NotFoundError} @throws {InvalidInputError} @throws {ConflictError} */
  async change(viewer: Viewer, id: number, form: AccountForm): Promise<void> {
    const passwordHash = await newHash(form);
    await this.#parts.changes.carryOut(
      viewer,
      this.fields,
      (tx) => this.fields.read(tx, viewer, id, form),
      { form, passwordHash },
    );
  }

  /** Nobody can sign in with a suspended account or what depends on it, and its domains receive no mail. */
  async setSuspended(viewer: Viewer, id: number, suspended: boolean): Promise<void> {
    await this.#parts.changes.carryOut(
      viewer,
      this.suspension,
      (tx) => this.suspension.read(tx, viewer, id, suspended),
      suspended,
    );
  }

  /** Accounts that a suspension would affect. */
  async dependents(viewer: Viewer, id: number): Promise<Dependents> {
    await this.find(viewer, id);
    return await this.#parts.store.dependents(id);
  }

  /** What prevents an account's removal. */
  async belongings(viewer: Viewer, id: number): Promise<Belongings> {
    await this.find(viewer, id);
    return await this.#parts.store.belongings(id);
  }

  /** @throws {ConflictError} while it owns domains or SMTP servers or has customers, naming some of them. */
  async remove(viewer: Viewer, id: number): Promise<void> {
    await this.#parts.changes.carryOut(
      viewer,
      this.removal,
      (tx) => this.removal.read(tx, viewer, id),
      undefined,
    );
  }

  /** The token of a new link that signs in as the account, once, within 15 minutes. */
  async createLink(viewer: Viewer, id: number): Promise<string> {
    return await this.#parts.changes.carryOut(
      viewer,
      this.link,
      (tx) => holdManageable(this.#parts.store, tx, viewer, id),
      undefined,
    );
  }
}

async function newHash({ password }: Pick<AccountForm, 'password'>): Promise<string | undefined> {
  return password === '' ? undefined : await hashPassword(password);
}
