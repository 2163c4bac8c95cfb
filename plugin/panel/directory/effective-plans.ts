import type { Knex } from 'knex';
import type { Database } from '../../database/database.js';
import { engineOf } from '../../database/engine.js';
import { shared } from '../../database/locks.js';
import { Prepared } from '../../database/prepared.js';
import { type Role, roles } from '../../manifest.js';
import { EffectivePlan, type PlansOf } from './effective-plan.js';
import { type PlanRow, numberColumns, planFrom } from './rows.js';

interface PlansRow {
  readonly id: number;
  readonly role: string;
  readonly reseller: string | null;
  readonly [column: string]: string | number | null;
}

const planColumns = [
  'id',
  'name',
  'owner_id',
  'permissions',
  'webmails',
  'version',
  ...Object.values(numberColumns),
];

/** Finds what accounts have of their plans and of their resellers'. */
export class EffectivePlans {
  readonly #byId: Prepared<{ id: number }, PlansRow>;

  constructor(db: Database) {
    this.#byId = new Prepared(db, (value) => plans(db.knex).where('a.id', value('id')));
  }

  async of(accountId: number): Promise<EffectivePlan> {
    const [row] = await this.#byId.run({ id: accountId });
    return effectiveFrom(row);
  }
}

/** The same in a transaction, locking what it is read from (FOR SHARE). */
export async function heldPlan(tx: Knex, accountId: number): Promise<EffectivePlan> {
  const [row]: PlansRow[] = await shared(tx, plans(tx).where('a.id', accountId));
  return effectiveFrom(row);
}

/** Those of many accounts, by ID. */
export async function plansOfMany(
  db: Knex,
  accountIds: readonly number[],
): Promise<ReadonlyMap<number, EffectivePlan>> {
  const query = plans(db);
  engineOf(db).whereAmong(query, 'a.id', JSON.stringify([...new Set(accountIds)]));
  const rows: PlansRow[] = await shared(db, query);
  return new Map(rows.map((row) => [row.id, effectiveFrom(row)]));
}

function plans(db: Knex): Knex.QueryBuilder {
  return db('accounts as a')
    .leftJoin('plans as p', 'p.id', 'a.plan_id')
    .leftJoin('accounts as r', 'r.id', 'a.parent_id')
    .leftJoin('plans as q', 'q.id', 'r.plan_id')
    .select('a.id', 'a.role', 'r.login as reseller')
    .select(planColumns.flatMap((name) => [`p.${name} as p_${name}`, `q.${name} as q_${name}`]));
}

function effectiveFrom(row: PlansRow | undefined): EffectivePlan {
  const role = roles.find((each) => each === row?.role) ?? 'customer';
  return new EffectivePlan(row === undefined ? nothing(role) : plansIn(row, role));
}

function nothing(role: Role): PlansOf {
  return { role, plan: undefined, reseller: undefined };
}

function plansIn(row: PlansRow, role: Role): PlansOf {
  const { reseller } = row;
  return {
    role,
    plan: planIn(row, 'p'),
    reseller: reseller === null ? undefined : { login: reseller, plan: planIn(row, 'q') },
  };
}

function planIn(row: PlansRow, prefix: string): PlansOf['plan'] {
  const columns = planColumns.map((name) => [name, row[`${prefix}_${name}`]] as const);
  const plan: Partial<PlanRow> = Object.fromEntries(columns);
  return isPlan(plan) ? planFrom(plan) : undefined;
}

function isPlan(row: Partial<PlanRow>): row is PlanRow {
  return row.id !== null && row.id !== undefined;
}
