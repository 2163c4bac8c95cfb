import type { Knex } from 'knex';
import { type Fields, changedFields, isChange } from '../../../changes/changed-fields.js';
import type { Changes } from '../../../changes/changes.js';
import { ConflictError, InvalidInputError, NotFoundError } from '../../../errors.js';
import { foldText } from '../../../database/fold-text.js';
import type { Plan } from '../../directory/plan.js';
import type { NewPlan, PlanStore } from '../../directory/plan-store.js';
import type { Viewer } from '../../../viewing/viewer.js';
import type { PlanForm } from './forms.js';

/** What customers are offered. */
export class Plans {
  readonly #changes: Changes;
  readonly #store: PlanStore;

  constructor(parts: { readonly changes: Changes; readonly store: PlanStore }) {
    this.#changes = parts.changes;
    this.#store = parts.store;
  }

  async list(): Promise<readonly Plan[]> {
    return await this.#store.list();
  }

  /** @throws {NotFoundError} */
  async find(id: number): Promise<Plan> {
    const plan = await this.#store.find(id);
    if (plan === undefined) {
      throw new NotFoundError();
    }
    return plan;
  }

  async countAccounts(id: number): Promise<number> {
    return await this.#store.countAccounts(id);
  }

  /** @throws {InvalidInputError} when another plan has the name. */
  async create(viewer: Viewer, { plan }: PlanForm): Promise<number> {
    return await this.#changes.make(viewer, async ({ tx, record }) => {
      await this.#assertNameFree(tx, plan);
      const id = await this.#store.insert(tx, plan);
      await record({ action: 'plan.created', subject: plan.name, after: auditFields(plan) });
      return id;
    });
  }

  /**
   * @throws {NotFoundError} @throws {InvalidInputError} when another plan has the name.
   * @throws {ConflictError} when somebody has changed it since the form's version.
   */
  async change(viewer: Viewer, id: number, { plan, version }: PlanForm): Promise<void> {
    const before = await this.find(id);
    const changed = changedFields(auditFields(before), auditFields(plan));
    const isChanged = isChange(changed);
    const next = version + Number(isChanged);
    await this.#changes.make(viewer, async ({ tx, record }) => {
      await this.#assertNameFree(tx, plan, id);
      if (!(await this.#store.replace(tx, { id, version, next }, plan))) {
        throw new ConflictError('plans.errors.changed-meanwhile', { name: before.name });
      }
      if (isChanged) {
        await record({ action: 'plan.changed', subject: before.name, ...changed });
      }
    });
  }

  /** @throws {NotFoundError} @throws {ConflictError} while accounts have it. */
  async remove(viewer: Viewer, id: number): Promise<void> {
    const plan = await this.find(id);
    await this.#changes.make(viewer, async ({ tx, record }) => {
      const count = await this.#store.countAccounts(id, tx);
      if (count > 0) {
        throw new ConflictError('plans.errors.in-use', { name: plan.name, count });
      }
      if (!(await this.#store.remove(tx, id))) {
        throw new NotFoundError();
      }
      await record({ action: 'plan.removed', subject: plan.name });
    });
  }

  async #assertNameFree(tx: Knex.Transaction, { name }: NewPlan, ownId?: number): Promise<void> {
    const plans = await this.#store.list(tx);
    if (plans.some((plan) => plan.id !== ownId && foldText(plan.name) === foldText(name))) {
      throw new InvalidInputError({ name: { key: 'plans.errors.taken' } });
    }
  }
}

function auditFields(plan: NewPlan): Fields {
  return {
    name: plan.name,
    permissions: plan.permissions.join(', '),
    webmails: plan.webmails.join(', '),
    maxMailboxes: plan.maxMailboxes ?? null,
    maxAliases: plan.maxAliases ?? null,
    maxQuotaBytes: plan.maxQuotaBytes ?? null,
    maxMessages: plan.maxMessages ?? null,
    maxMessageBytes: plan.maxMessageBytes ?? null,
    maxSmtpServers: plan.maxSmtpServers ?? null,
  };
}
