import type { Knex } from 'knex';
import type { FieldError } from '../../../errors.js';
import type { Account } from '../../directory/account.js';
import type { AccountPicker } from '../../directory/pickables.js';
import type { AccountStore } from '../../directory/account-store.js';
import { EffectivePlan } from '../../directory/effective-plan.js';
import { type Plan, mayPassOn } from '../../directory/plan.js';
import type { PlanStore } from '../../directory/plan-store.js';
import type { Viewer } from '../../../viewing/viewer.js';
import type { AccountForm } from './forms.js';

/** An account's role, reseller and plan. */
export interface Placement {
  readonly role: Account['role'];
  readonly reseller: Account | undefined;
  readonly plan: Plan | undefined;
}

/** A placement that is asked for, with what the viewer may not assign. */
export interface WantedPlacement extends Placement {
  readonly refusals: Readonly<Record<'plan' | 'reseller', FieldError | undefined>>;
}

interface PlacementsParts {
  readonly accounts: AccountStore;
  readonly plans: PlanStore;
  readonly resellers: AccountPicker;
}

/** Which placements a viewer may assign. */
export class Placements {
  readonly #parts: PlacementsParts;

  constructor(parts: PlacementsParts) {
    this.#parts = parts;
  }

  /**
   * Administrators may assign any placement. Accounts that a reseller creates are its own customers.
   *
   * @param account in its current state: it may keep its plan, whoever assigned it.
   */
  async of(
    viewer: Viewer,
    form: Pick<AccountForm, 'role' | 'reseller' | 'plan'>,
    tx: Knex,
    account?: Account,
  ): Promise<WantedPlacement> {
    const role = viewer.role === 'administrator' ? form.role : 'customer';
    const plans = role === 'administrator' ? [] : await this.plansFor(viewer, account, tx);
    const plan = await this.#held(plans, form.plan, tx);
    const isRefused = plan === undefined && form.plan !== '' && role !== 'administrator';
    const reseller = role === 'customer' ? await this.#reseller(viewer, form, tx) : {};
    return {
      role,
      plan,
      reseller: reseller.account,
      refusals: {
        plan: isRefused ? planRefusal(viewer) : ownerRefusal(plan, reseller.account),
        reseller: reseller.refusal,
      },
    };
  }

  /** One of these plans as it is now, unless it has just been removed. */
  async #held(
    plans: readonly Plan[],
    wanted: AccountForm['plan'],
    tx: Knex,
  ): Promise<Plan | undefined> {
    const found = plans.find(({ id }) => id === wanted);
    return found && (await this.#parts.plans.held(found.id, tx));
  }

  async #reseller(
    viewer: Viewer,
    form: Pick<AccountForm, 'reseller'>,
    tx: Knex,
  ): Promise<{ readonly account?: Account; readonly refusal?: FieldError }> {
    const login = viewer.role === 'reseller' ? viewer.login : form.reseller;
    if (login === '') {
      return {};
    }
    const found = await this.#parts.accounts.holdOwner(tx, viewer.scope, login);
    return found?.account.role === 'reseller'
      ? { account: found.account }
      : { refusal: await this.#parts.resellers.refusal(viewer.scope, login) };
  }

  /** What an account has with a placement. */
  async effective({ role, plan, reseller }: Placement, tx?: Knex): Promise<EffectivePlan> {
    return new EffectivePlan({
      role,
      plan,
      reseller: reseller && {
        login: reseller.login,
        plan: await this.#parts.plans.ofAccount(reseller.id, tx),
      },
    });
  }

  /** An account's stored placement. */
  async now(account: Account, tx: Knex): Promise<Placement> {
    const { role, parentId, planId } = account;
    return {
      role,
      reseller:
        parentId === undefined
          ? undefined
          : await this.#parts.accounts.hold(tx, { kind: 'all' }, parentId),
      plan: await this.#parts.plans.find({ kind: 'all' }, planId ?? 0, tx),
    };
  }

  /** The plans that a viewer can assign, and the account's current one. */
  async plansFor(viewer: Viewer, account?: Account, tx?: Knex): Promise<readonly Plan[]> {
    const plans = await this.#parts.plans.offered(viewer.scope, tx);
    const giver =
      viewer.role === 'reseller'
        ? await this.#parts.accounts.knownById(viewer.accountId)
        : undefined;
    if (giver === undefined) {
      return plans;
    }
    const own = plans.find(({ id }) => id === giver.account.planId);
    return plans.filter(
      (plan) => plan.ownerId !== undefined || plan.id === account?.planId || mayPassOn(plan, own),
    );
  }
}

/** A reseller's plans are for its customers. */
function ownerRefusal(
  plan: Plan | undefined,
  reseller: Account | undefined,
): FieldError | undefined {
  return plan?.ownerId === undefined || plan.ownerId === reseller?.id
    ? undefined
    : { key: 'accounts.errors.plan-of-other' };
}

/** The same for a plan that does not exist: a reseller does not see those beyond its own. */
export function planRefusal({ role }: Viewer): FieldError {
  return role === 'reseller'
    ? { key: 'accounts.errors.plan-beyond-own' }
    : { key: 'errors.field.any.only' };
}
