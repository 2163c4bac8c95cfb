import type { Knex } from 'knex';
import type { Database } from '../../database/database.js';
import { foldText } from '../../database/fold-text.js';
import { type Plan, limits } from './plan.js';
import { type PlanRow, limitColumns, planFrom } from './rows.js';

export type NewPlan = Omit<Plan, 'id' | 'version'>;

/** Plans, which belong to the whole installation: callers check who may choose or change them. */
export class PlanStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async list(tx: Knex = this.#db.knex): Promise<Plan[]> {
    const rows = await tx<PlanRow>('plans').orderBy('name').select('*');
    return rows.map(planFrom);
  }

  async find(id: number, tx: Knex = this.#db.knex): Promise<Plan | undefined> {
    const row = await tx<PlanRow>('plans').where({ id }).first();
    return row && planFrom(row);
  }

  async countAccounts(id: number, tx: Knex = this.#db.knex): Promise<number> {
    const [row] = await tx('accounts').where({ plan_id: id }).count<{ n: number }[]>('* as n');
    return Number(row?.n);
  }

  /** How many customers of a reseller have each plan, by its ID. */
  async countCustomers(resellerId: number): Promise<ReadonlyMap<number, number>> {
    const rows = await this.#db
      .knex('accounts')
      .where({ parent_id: resellerId })
      .whereNotNull('plan_id')
      .groupBy('plan_id')
      .select<{ plan_id: number; n: number | string }[]>(
        'plan_id',
        this.#db.knex.raw('COUNT(*) AS n'),
      );
    return new Map(rows.map(({ plan_id: id, n }) => [id, Number(n)]));
  }

  async insert(tx: Knex, plan: NewPlan): Promise<number> {
    const [id] = await tx('plans').insert(columnsOf(plan));
    return Number(id);
  }

  /** Writes the plan as version `next` unless somebody has changed it since `version`. @returns whether it did. */
  async replace(
    tx: Knex,
    { id, version, next }: Pick<Plan, 'id' | 'version'> & { readonly next: number },
    plan: NewPlan,
  ): Promise<boolean> {
    const changed = await tx('plans')
      .where({ id, version })
      .update({ ...columnsOf(plan), version: next });
    return changed === 1;
  }

  /** @returns whether it still existed: of several concurrent removals, only one succeeds. */
  async remove(tx: Knex, id: number): Promise<boolean> {
    return (await tx('plans').where({ id }).delete()) === 1;
  }
}

function columnsOf(plan: NewPlan): Partial<PlanRow> {
  return {
    name: plan.name,
    sort_name: foldText(plan.name),
    permissions: JSON.stringify(plan.permissions),
    webmails: JSON.stringify(plan.webmails),
    ...Object.fromEntries(limits.map((limit) => [limitColumns[limit], plan[limit] ?? null])),
  };
}
