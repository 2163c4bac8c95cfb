import type { Changes } from '../../../changes/changes.js';
import { withHash } from '../../../changes/with-hash.js';
import type { Database } from '../../../database/database.js';
import { isDuplicate } from '../../../database/failures.js';
import { InvalidInputError, NotFoundError, TooManyRequestsError } from '../../../errors.js';
import type { Registration } from '../../../feature.js';
import { type Viewer, signedInAccount } from '../../../viewing/viewer.js';
import type { RateLimits } from '../../../web/rate-limits.js';
import type { Account } from '../../directory/account.js';
import type { PanelMail } from '../../../panel-mail/panel-mail.js';
import type { AccountStore, Belongings } from '../../directory/account-store.js';
import type { Dependents } from '../../directory/dependents.js';
import type { DomainStore } from '../../directory/domain-store.js';
import type { EffectivePlan, OutgoingLimit } from '../../directory/effective-plan.js';
import type { EffectivePlans } from '../../directory/effective-plans.js';
import { limitsOf } from '../../directory/meters.js';
import type { Plan } from '../../directory/plan.js';
import { type PlanUsage, usageOf } from '../../directory/plan-usage.js';
import type { PanelEvents } from '../../panel.js';
import type { Access } from '../access/access.js';
import type { AccessStore } from '../access/access-store.js';
import { Invitation } from '../access/invitation.js';
import { AccountChange } from './account-change.js';
import { AccountCreation } from './account-creation.js';
import { AccountLink } from './account-link.js';
import { AccountRemoval } from './account-removal.js';
import { AccountSuspension } from './account-suspension.js';
import type { AccountForm, InvitationForm, NewAccountForm } from './forms.js';
import { holdManageable, manageable } from './manageable.js';
import type { Placements } from './placements.js';

export interface AccountPage {
  readonly account: Account;
  /** The login of its reseller; empty for none. */
  readonly reseller: string;
  /** The plans that the viewer can assign. */
  readonly plans: readonly Plan[];
  readonly access: Access;
  readonly hasPassword: boolean;
  /** Whether an invitation can be sent by mail. */
  readonly canMail: boolean;
  readonly plan: EffectivePlan;
  /** Undefined for administrators. */
  readonly limit: OutgoingLimit | undefined;
  readonly usage: PlanUsage;
}

const windowMs = 60 * 60 * 1000;
const perAccount = { name: 'invitation', most: 5, windowMs };
/** To all accounts with it together. */
const perAddress = { name: 'invitation-address', most: 20, windowMs };
const perSender = { name: 'invitation-sender', most: 200, windowMs };

interface AccountsParts {
  readonly db: Database;
  readonly registered: readonly Registration[];
  readonly effectivePlans: EffectivePlans;
  readonly changes: Changes;
  readonly store: AccountStore;
  readonly domains: DomainStore;
  readonly placements: Placements;
  readonly events: PanelEvents;
  readonly access: AccessStore;
  readonly panelMail: Pick<PanelMail, 'canSend' | 'queue'>;
  readonly limits: RateLimits;
}

/** The accounts of administrators, resellers and customers. People change their own in the preferences. */
export class Accounts {
  readonly creation: AccountCreation;
  readonly fields: AccountChange;
  readonly suspension: AccountSuspension;
  readonly removal: AccountRemoval;
  readonly link: AccountLink;
  readonly invitation: Invitation;

  readonly #parts: AccountsParts;

  constructor(parts: AccountsParts) {
    this.#parts = parts;
    this.invitation = new Invitation(parts);
    this.creation = new AccountCreation({ ...parts, invitation: this.invitation });
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
    const { db, registered } = this.#parts;
    const plan = await this.#parts.effectivePlans.of(id);
    return {
      account,
      reseller: reseller?.login ?? '',
      plans,
      ...(await this.#parts.access.of(id)),
      canMail: await this.canMail(),
      plan,
      limit:
        account.role === 'administrator'
          ? undefined
          : plan.outgoing('account', account.limitPerHour),
      usage: await usageOf(registered, { db: db.knex, accountId: id, of: limitsOf(plan) }),
    };
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

  /** Whether there is a mail server to send invitations. */
  async canMail(): Promise<boolean> {
    return await this.#parts.panelMail.canSend();
  }

  /** Without a mail server, an invitation is a link to hand over. */
  async withAccess(form: NewAccountForm): Promise<NewAccountForm> {
    return form.access === 'invitation' && !(await this.canMail())
      ? { ...form, access: 'link' }
      : form;
  }

  /** @throws {InvalidInputError} also when it would be one invitation too many. */
  async create(viewer: Viewer, form: NewAccountForm): Promise<number> {
    if (form.access === 'invitation') {
      await atField('access', () => this.#countMail(viewer, form.email.toString()));
    }
    try {
      return await withNewHash(viewer, form, (by, passwordHash) =>
        this.#parts.changes.carryOut(
          by,
          this.creation,
          (tx) => this.#parts.placements.of(viewer, form, tx),
          { form, passwordHash },
        ),
      );
    } catch (error) {
      throw isDuplicate(error)
        ? new InvalidInputError({ login: { key: 'accounts.errors.taken' } })
        : error;
    }
  }

  /** @throws {NotFoundError} @throws {InvalidInputError} @throws {ConflictError} */
  async change(viewer: Viewer, id: number, form: AccountForm): Promise<void> {
    await withNewHash(viewer, form, (by, passwordHash) =>
      this.#parts.changes.carryOut(
        by,
        this.fields,
        (tx) => this.fields.read(tx, viewer, id, form),
        { form, passwordHash },
      ),
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

  /**
   * Invites the account's owner to choose a password, by mail or with a link to hand over. An earlier link ends.
   *
   * @returns the token of the link.
   * @throws {TooManyRequestsError} @throws {ConflictError} when the account has a password.
   */
  async invite(viewer: Viewer, id: number, way: InvitationForm['way']): Promise<string> {
    const account = await this.find(viewer, id);
    if (way === 'mail') {
      await this.#parts.limits.use(perAccount, String(account.id));
      await this.#countMail(viewer, account.email);
    }
    return await this.#parts.changes.carryOut(
      viewer,
      this.invitation,
      (tx) => this.invitation.read(tx, viewer, id),
      way,
    );
  }

  /** Mails go to any address that a reseller types. The operator at the command line has no limit. */
  async #countMail(viewer: Viewer, address: string): Promise<void> {
    const sender = signedInAccount(viewer);
    if (sender !== 0) {
      await this.#parts.limits.use(perAddress, address);
      await this.#parts.limits.use(perSender, String(sender));
    }
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

/** Where a form can be kept and sent later. */
async function atField(field: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw error instanceof TooManyRequestsError
      ? new InvalidInputError({ [field]: { key: error.key, args: error.args } })
      : error;
  }
}

/** Without a password, there is nothing to hash. */
async function withNewHash<Result>(
  viewer: Viewer,
  { password }: Pick<AccountForm, 'password'>,
  change: (by: Viewer, hash: string | undefined) => Promise<Result>,
): Promise<Result> {
  return await (password === '' ? change(viewer, undefined) : withHash(viewer, password, change));
}
