import type { Knex } from 'knex';
import type { Changes } from '../../../changes/changes.js';
import { NotFoundError } from '../../../errors.js';
import type { Viewer } from '../../../viewing/viewer.js';
import type { Plan } from '../../directory/plan.js';
import type { PlanStore } from '../../directory/plan-store.js';
import type { Webmail } from '../../directory/webmail.js';
import type { WebmailStore } from '../../directory/webmail-store.js';
import type { PlanForm } from './forms.js';
import { PlanChange } from './plan-change.js';
import { PlanCreation } from './plan-creation.js';
import { PlanRemoval } from './plan-removal.js';

interface PlansParts {
  readonly changes: Changes;
  readonly plans: PlanStore;
  readonly webmails: WebmailStore;
}

/** The plans of customers. */
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

  async list(): Promise<readonly Plan[]> {
    return await this.#parts.plans.list();
  }

  /** The webmail applications that a plan can include. */
  async webmails(): Promise<readonly Webmail[]> {
    return await this.#parts.webmails.list();
  }

  /** @throws {NotFoundError} */
  async find(id: number): Promise<Plan> {
    const plan = await this.#parts.plans.find(id);
    if (plan === undefined) {
      throw new NotFoundError();
    }
    return plan;
  }

  async countAccounts(id: number): Promise<number> {
    return await this.#parts.plans.countAccounts(id);
  }

  /** @throws {InvalidInputError} when another plan has the name. */
  async create(viewer: Viewer, { plan }: PlanForm): Promise<number> {
    const plans = (tx: Knex.Transaction): Promise<Plan[]> => this.#parts.plans.list(tx);
    return await this.#parts.changes.carryOut(viewer, this.creation, plans, plan);
  }

  /**
   * @throws {NotFoundError} @throws {InvalidInputError} when another plan has the name.
   * @throws {ConflictError} when somebody has changed it since the form's version.
   */
  async change(viewer: Viewer, id: number, form: PlanForm): Promise<void> {
    const before = await this.find(id);
    await this.#parts.changes.carryOut(
      viewer,
      this.settings,
      async (tx) => ({ before, plans: await this.#parts.plans.list(tx) }),
      form,
    );
  }

  /** @throws {NotFoundError} @throws {ConflictError} while accounts have it. */
  async remove(viewer: Viewer, id: number): Promise<void> {
    const plan = await this.find(id);
    await this.#parts.changes.carryOut(
      viewer,
      this.removal,
      async (tx) => ({ plan, count: await this.#parts.plans.countAccounts(id, tx) }),
      undefined,
    );
  }
}
