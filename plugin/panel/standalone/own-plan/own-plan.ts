import type { Database } from '../../../database/database.js';
import { NotFoundError } from '../../../errors.js';
import type { Registration } from '../../../feature.js';
import type { Viewer } from '../../../viewing/viewer.js';
import type { AccountStore } from '../../directory/account-store.js';
import { type Plan, limits, planlessLimits } from '../../directory/plan.js';
import type { PlanStore } from '../../directory/plan-store.js';
import { type WebmailNames, namesByKey } from '../../directory/webmail.js';
import type { WebmailStore } from '../../directory/webmail-store.js';
import { type PlanUsage, usageOf } from '../../directory/plan-usage.js';
import type { Placements } from '../accounts/placements.js';

/** What a reseller has, and what it can give its customers. */
export interface OwnPlanPage {
  /** Undefined without a plan. */
  readonly plan: Plan | undefined;
  /** Those of the plan, or of a reseller without one. */
  readonly limits: Pick<Plan, keyof typeof planlessLimits>;
  readonly usage: PlanUsage;
  readonly given: readonly GivenPlan[];
  readonly webmailNames: WebmailNames;
}

interface GivenPlan {
  readonly plan: Plan;
  /** How many of its customers have it. */
  readonly customers: number;
}

interface OwnPlanParts {
  readonly db: Database;
  readonly accounts: AccountStore;
  readonly plans: PlanStore;
  readonly webmails: WebmailStore;
  readonly placements: Placements;
  readonly registered: readonly Registration[];
}

/** The plan of a reseller, which only administrators change. */
export class OwnPlan {
  readonly #parts: OwnPlanParts;

  constructor(parts: OwnPlanParts) {
    this.#parts = parts;
  }

  async page(viewer: Viewer): Promise<OwnPlanPage> {
    const account = await this.#parts.accounts.find(viewer.scope, viewer.accountId);
    if (account === undefined) {
      throw new NotFoundError();
    }
    const plan = await this.#parts.plans.ofAccount(account.id);
    return {
      plan,
      limits: plan ?? planlessLimits,
      usage: await this.#usage(viewer.accountId),
      given: await this.#given(viewer),
      webmailNames: namesByKey(await this.#parts.webmails.list()),
    };
  }

  async #given(viewer: Viewer): Promise<readonly GivenPlan[]> {
    const plans = await this.#parts.placements.plansFor(viewer);
    const counts = await this.#parts.plans.countCustomers(viewer.accountId);
    return plans.map((plan) => ({ plan, customers: counts.get(plan.id) ?? 0 }));
  }

  async #usage(accountId: number): Promise<PlanUsage> {
    const { db, registered } = this.#parts;
    return await usageOf(registered, { db: db.knex, accountId, of: limits });
  }
}
