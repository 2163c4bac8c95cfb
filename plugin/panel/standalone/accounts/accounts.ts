import { changedFields, isChange } from '../../../changes/changed-fields.js';
import type { Changes, Changing } from '../../../changes/changes.js';
import { isDuplicate } from '../../../database/failures.js';
import {
  ConflictError,
  ForbiddenError,
  InvalidInputError,
  NotFoundError,
} from '../../../errors.js';
import { endSessions, endSessionsOf } from '../../../web/end-sessions.js';
import { type Account, resellerOf } from '../../directory/account.js';
import type { AccountStore, Belongings } from '../../directory/account-store.js';
import { type Dependents, dependentsOf } from '../../directory/dependents.js';
import type { DomainStore } from '../../directory/domain-store.js';
import type { Plan } from '../../directory/plan.js';
import type { PanelEvents } from '../../panel.js';
import type { Viewer } from '../../../viewing/viewer.js';
import type { SignIn } from '../sign-in.js';
import type { AccountForm, NewAccountForm } from './forms.js';
import { hashNewPassword } from './password.js';
import type { Placement, Placements } from './placements.js';
import { about, auditFields } from './audit-fields.js';
import { assertOwnsNothing } from './belongings.js';

export interface AccountPage {
  readonly account: Account;
  /** The login of its reseller; empty for none. */
  readonly reseller: string;
  /** Those that the viewer can give it. */
  readonly plans: readonly Plan[];
}

/** The accounts of administrators, resellers and customers. Everybody's own is changed in the preferences. */
export class Accounts {
  readonly #changes: Changes;
  readonly #store: AccountStore;
  readonly #domains: DomainStore;
  readonly #placements: Placements;
  readonly #events: PanelEvents;
  readonly #signIn: SignIn;

  constructor(parts: {
    readonly changes: Changes;
    readonly store: AccountStore;
    readonly domains: DomainStore;
    readonly placements: Placements;
    readonly events: PanelEvents;
    readonly signIn: SignIn;
  }) {
    this.#changes = parts.changes;
    this.#store = parts.store;
    this.#domains = parts.domains;
    this.#placements = parts.placements;
    this.#events = parts.events;
    this.#signIn = parts.signIn;
  }

  /** @throws {NotFoundError} @throws {ForbiddenError} when it is the viewer's own. */
  async find(viewer: Viewer, id: number): Promise<Account> {
    return manageable(viewer, await this.#store.find(viewer.scope, id));
  }

  /** An account with what its form shows beside it. */
  async page(viewer: Viewer, id: number): Promise<AccountPage> {
    const account = await this.find(viewer, id);
    const reseller = await this.#store.find(viewer.scope, account.parentId ?? 0);
    const plans = await this.#placements.plansFor(viewer, account);
    return { account, reseller: reseller?.login ?? '', plans };
  }

  async plansFor(viewer: Viewer): Promise<readonly Plan[]> {
    return await this.#placements.plansFor(viewer);
  }

  /** @throws {NotFoundError} */
  async findByLogin(viewer: Viewer, login: string): Promise<Account> {
    const known = await this.#store.knownByLogin(login);
    const account = await this.#store.find(viewer.scope, known?.account.id ?? 0);
    if (account === undefined) {
      throw new NotFoundError('accounts.errors.not-found', { login });
    }
    return manageable(viewer, account);
  }

  /** @throws {InvalidInputError} */
  async create(viewer: Viewer, form: NewAccountForm): Promise<number> {
    const passwordHash = await newHash(form.password, form.login);
    try {
      return await this.#changes.make(viewer, async ({ tx, record }) => {
        const placement = await this.#placements.of(viewer, form, tx);
        const fields = fieldsOf(form, placement);
        const id = await this.#store.insert(tx, { ...fields, login: form.login, passwordHash });
        const account = { id, login: form.login, ...fields };
        await record({
          ...about(account),
          action: 'account.created',
          after: auditFields(fields, placement),
        });
        return id;
      });
    } catch (error) {
      throw isDuplicate(error)
        ? new InvalidInputError({ login: { key: 'accounts.errors.taken' } })
        : error;
    }
  }

  /** @throws {NotFoundError} @throws {InvalidInputError} @throws {ConflictError} */
  async change(viewer: Viewer, id: number, form: AccountForm): Promise<void> {
    const { login } = await this.find(viewer, id);
    const passwordHash = await newHash(form.password, login);
    await this.#changes.make(viewer, async (changing) => {
      const before = await this.#held(viewer, id, changing);
      const placement = await this.#placements.of(viewer, form, changing.tx, before);
      await this.#assertMayBecome(before, placement, changing);
      const after = { ...before, ...fieldsOf(form, placement) };
      const from = auditFields(before, await this.#placements.now(before, changing.tx));
      const changed = changedFields(from, auditFields(after, placement));
      const isChanged = isChange(changed);
      const next = form.version + Number(isChanged);
      const held = { ...before, version: form.version, next };
      if (!(await this.#store.replace(changing.tx, held, after))) {
        throw new ConflictError('accounts.errors.changed-meanwhile', { login: before.login });
      }
      if (isChanged) {
        await changing.record({ ...about(after), action: 'account.changed', ...changed });
      }
      await this.#follow(before, after, changing);
      if (passwordHash !== undefined) {
        await this.#setPassword(before, passwordHash, changing);
      }
    });
  }

  /** Whoever is suspended cannot sign in, nor can who depends on them, and their domains take no mail. */
  async setSuspended(viewer: Viewer, id: number, suspended: boolean): Promise<void> {
    await this.#changes.make(viewer, async (changing) => {
      const { tx, record } = changing;
      const account = await this.#held(viewer, id, changing);
      if (account.suspended === suspended) {
        return;
      }
      if (suspended) {
        await this.#assertNotLast(account, changing);
        await endSessionsOf(tx, dependentsOf(tx, id));
      }
      await this.#store.setSuspended(tx, id, suspended);
      const action = suspended ? 'account.suspended' : 'account.resumed';
      await record({ ...about(account), action });
      await this.#events.emit({ kind: 'account-suspension-changed', accountId: id }, changing);
    });
  }

  /** Whom its suspension would concern. */
  async dependents(viewer: Viewer, id: number): Promise<Dependents> {
    await this.find(viewer, id);
    return await this.#store.dependents(id);
  }

  /** What keeps an account from being removed. */
  async belongings(viewer: Viewer, id: number): Promise<Belongings> {
    await this.find(viewer, id);
    return await this.#store.belongings(id);
  }

  /** @throws {ConflictError} while it owns domains or SMTP servers or has customers, naming some of them. */
  async remove(viewer: Viewer, id: number): Promise<void> {
    await this.#changes.make(viewer, async (changing) => {
      const account = await this.#held(viewer, id, changing);
      await this.#assertNotLast(account, changing);
      assertOwnsNothing(await this.#store.belongings(id, changing.tx));
      await this.#store.remove(changing.tx, id);
      await changing.record({ ...about(account), action: 'account.removed' });
    });
  }

  /** The token of a new link that signs in as the account, once, within 15 minutes. */
  async createLink(viewer: Viewer, id: number): Promise<string> {
    return await this.#changes.make(viewer, async (changing) => {
      const account = await this.#held(viewer, id, changing);
      if (account.suspended) {
        throw new ForbiddenError('accounts.errors.suspended', { login: account.login });
      }
      await changing.record({ ...about(account), action: 'account.link-created' });
      return await this.#signIn.createLink(id, changing.tx);
    });
  }

  async #held(viewer: Viewer, id: number, { tx }: Changing): Promise<Account> {
    return manageable(viewer, await this.#store.hold(tx, viewer.scope, id));
  }

  async #assertMayBecome(account: Account, { role }: Placement, changing: Changing): Promise<void> {
    if (role === account.role) {
      return;
    }
    await this.#assertNotLast(account, changing);
    const { customers } = await this.#store.belongings(account.id, changing.tx);
    if (customers.count > 0) {
      throw new InvalidInputError({ role: { key: 'accounts.errors.has-customers' } });
    }
  }

  async #assertNotLast(account: Account, { tx }: Changing): Promise<void> {
    const isLast =
      account.role === 'administrator' &&
      (await this.#store.otherAdministrators(tx, account.id)) === 0;
    if (isLast) {
      throw new ForbiddenError('accounts.errors.last-administrator');
    }
  }

  /** What the account's domains have from it. */
  async #follow(before: Account, after: Account, changing: Changing): Promise<void> {
    const { tx } = changing;
    const { id: accountId } = after;
    if (before.name !== after.name) {
      await this.#domains.renameOwner(tx, accountId, before.name, after.name);
    }
    if (resellerOf(before) !== resellerOf(after)) {
      const resellerId = resellerOf(after);
      await this.#domains.setReseller(tx, accountId, resellerId);
      await this.#events.emit(
        { kind: 'account-reseller-changed', accountId, resellerId },
        changing,
      );
      await this.#events.emit({ kind: 'account-suspension-changed', accountId }, changing);
    }
    if (before.email !== after.email) {
      await this.#events.emit({ kind: 'account-address-changed', accountId }, changing);
    }
  }

  async #setPassword(account: Account, hash: string, { tx, record }: Changing): Promise<void> {
    await this.#store.setPassword(tx, account.id, hash);
    await endSessions(tx, account.id);
    await record({ ...about(account), action: 'account.password-changed' });
  }
}

async function newHash(password: string, login: string): Promise<string | undefined> {
  return password === '' ? undefined : await hashNewPassword(password, login);
}

function manageable(viewer: Viewer, account: Account | undefined): Account {
  if (account === undefined || account.role === 'mail-user') {
    throw new NotFoundError();
  }
  if (account.id === viewer.accountId) {
    throw new ForbiddenError('accounts.errors.own');
  }
  return account;
}

function fieldsOf(
  form: Pick<AccountForm, 'name' | 'email' | 'locale'>,
  { role, reseller, plan }: Placement,
): Pick<Account, 'role' | 'name' | 'email' | 'locale' | 'parentId' | 'planId'> {
  return {
    role,
    name: form.name,
    email: form.email.toString(),
    locale: form.locale === '' ? undefined : form.locale,
    parentId: reseller?.id,
    planId: plan?.id,
  };
}
