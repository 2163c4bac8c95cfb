import type { Knex } from 'knex';
import type { Database } from '../../database/database.js';
import { shared } from '../../database/locks.js';
import type { Scope } from '../../viewing/scope.js';
import { foldText } from '../../database/fold-text.js';
import type { Plan } from './plan.js';
import { type PlanRow, columnsOfNumbers, planFrom } from './rows.js';

export type NewPlan = Omit<Plan, 'id' | 'version'>;

/** Plans of administrators and of resellers. */
export class PlanStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Those that a scope's owner may change: administrators all, and resellers their own. */
  async list(scope: Scope, tx: Knex = this.#db.knex): Promise<Plan[]> {
    const rows: PlanRow[] = await ownPlans(tx<PlanRow>('plans'), scope)
      .orderBy('sort_name')
      .orderBy('id')
      .select('*');
    return rows.map(planFrom);
  }

  /** One of these. */
  async find(scope: Scope, id: number, tx: Knex = this.#db.knex): Promise<Plan | undefined> {
    const row: PlanRow | undefined = await ownPlans(tx<PlanRow>('plans'), scope)
      .where({ id })
      .first();
    return row && planFrom(row);
  }

  /** A plan that an account is about to get. In a transaction, locks it (FOR SHARE): it is not removed meanwhile. */
  async held(id: number, tx: Knex): Promise<Plan | undefined> {
    const row = await shared(tx, tx<PlanRow>('plans').where({ id })).first();
    return row && planFrom(row);
  }

  /** Those that customers can be given: all, or a reseller's own and the administrators'. */
  async offered(scope: Scope, tx: Knex = this.#db.knex): Promise<Plan[]> {
    const plans = await this.list({ kind: 'all' }, tx);
    return scope.kind === 'all'
      ? plans
      : plans.filter(({ ownerId }) => ownerId === undefined || ownerId === ownerIn(scope));
  }

  /** The plan that an account has. In a transaction, locks it (FOR SHARE). */
  async ofAccount(accountId: number, tx: Knex = this.#db.knex): Promise<Plan | undefined> {
    const account = tx('accounts').where({ id: accountId }).select('plan_id');
    const row = await shared(tx, tx<PlanRow>('plans').where('id', account)).first();
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
    owner_id: plan.ownerId ?? null,
    ...columnsOfNumbers(plan),
  };
}

function ownPlans(query: Knex.QueryBuilder, scope: Scope): Knex.QueryBuilder {
  return scope.kind === 'all' ? query : query.where({ owner_id: ownerIn(scope) });
}

/** Customers and mail users own no plan. */
function ownerIn(scope: Scope): number {
  return scope.kind === 'reseller' ? scope.accountId : 0;
}
