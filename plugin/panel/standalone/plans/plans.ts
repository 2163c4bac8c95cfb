import type { Knex } from 'knex';
import type { Changes } from '../../../changes/changes.js';
import { NotFoundError } from '../../../errors.js';
import type { Viewer } from '../../../viewing/viewer.js';
import type { Plan } from '../../directory/plan.js';
import type { PlanStore } from '../../directory/plan-store.js';
import type { WebmailStore } from '../../directory/webmail-store.js';
import type { Webmail } from '../../directory/webmail.js';
import type { PlanForm } from './forms.js';
import { PlanChange, planSubject } from './plan-change.js';
import { PlanCreation } from './plan-creation.js';
import { PlanRemoval } from './plan-removal.js';
import { type PlanFacts, factsAbout } from './plan-rules.js';

interface PlansParts {
  readonly changes: Changes;
  readonly plans: PlanStore;
  readonly webmails: WebmailStore;
}

/** The plans of customers: administrators see all, and resellers their own. */
export class Plans {
  readonly creation: PlanCreation;
  readonly settings: PlanChange;
  readonly removal: PlanRemoval;

  readonly #parts: PlansParts;

  constructor(parts: PlansParts) {
    this.#parts = parts;
    this.creation = new PlanCreation(parts.plans);
    this.settings = new PlanChange(parts.plans);
    this.removal = new PlanRemoval(parts.plans);
  }

  get store(): PlanStore {
    return this.#parts.plans;
  }

  async list({ scope }: Pick<Viewer, 'scope'>): Promise<readonly Plan[]> {
    return await this.#parts.plans.list(scope);
  }

  /** The webmail applications that a plan can include. */
  async webmails(): Promise<readonly Webmail[]> {
    return await this.#parts.webmails.list();
  }

  /** @throws {NotFoundError} */
  async find({ scope }: Pick<Viewer, 'scope'>, id: number): Promise<Plan> {
    const plan = await this.#parts.plans.find(scope, id);
    if (plan === undefined) {
      throw new NotFoundError();
    }
    return plan;
  }

  /** The plan that a reseller's plans stay within; undefined for administrators, null for a reseller without one. */
  async ownOf(viewer: Viewer): Promise<Plan | null | undefined> {
    const ownerId = viewer.role === 'reseller' ? viewer.accountId : undefined;
    return (await factsAbout(this.#parts.plans, ownerId)).own;
  }

  async countAccounts(id: number): Promise<number> {
    return await this.#parts.plans.countAccounts(id);
  }

  /** @throws {InvalidInputError} when another plan has the name, or it offers more than the reseller's own. */
  async create(viewer: Viewer, { plan }: PlanForm): Promise<number> {
    const ownerId = viewer.role === 'reseller' ? viewer.accountId : undefined;
    const facts = async (tx: Knex.Transaction): Promise<PlanFacts> =>
      await factsAbout(this.#parts.plans, ownerId, tx);
    return await this.#parts.changes.carryOut(viewer, this.creation, facts, plan);
  }

  /**
   * @throws {NotFoundError}
   * @throws {InvalidInputError} when another plan has the name, or it offers more than the reseller's own.
   * @throws {ConflictError} when somebody has changed it since the form's version, or custom values exceed it and `excess`
   * refuses that.
   */
  async change(viewer: Viewer, id: number, form: PlanForm): Promise<void> {
    const before = await this.find(viewer, id);
    await this.#parts.changes.carryOut(
      viewer,
      this.settings,
      (tx) => planSubject(this.#parts.plans, tx, before, form.plan),
      form,
    );
  }

  /** @throws {NotFoundError} @throws {ConflictError} while accounts have it. */
  async remove(viewer: Viewer, id: number): Promise<void> {
    const plan = await this.find(viewer, id);
    await this.#parts.changes.carryOut(
      viewer,
      this.removal,
      (tx) => this.removal.read(tx, plan),
      undefined,
    );
  }
}
