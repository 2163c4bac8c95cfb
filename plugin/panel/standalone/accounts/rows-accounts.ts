import type { Knex } from 'knex';
import type { Changing } from '../../../changes/changes.js';
import { type Agreed, type Decision, refused } from '../../../changes/decision.js';
import type { Asked, RowsVerb } from '../../../changes/verb.js';
import { engineOf } from '../../../database/engine.js';
import { type FieldError, ForbiddenError, InvalidInputError } from '../../../errors.js';
import type { Json } from '../../../jobs/kind.js';
import type { Viewer } from '../../../viewing/viewer.js';
import type { Account } from '../../directory/account.js';
import { accountsWithin } from '../../directory/account-lists.js';
import type { AccountStore } from '../../directory/account-store.js';
import { type AccountRow, accountFrom } from '../../directory/rows.js';
import type { EffectivePlan } from '../../directory/effective-plan.js';
import type { PlanStore } from '../../directory/plan-store.js';
import type { AccountChange } from './account-change.js';
import type { AccountSuspension } from './account-suspension.js';
import { formOf } from './forms.js';
import { isLastAdministrator } from './manageable.js';
import { type Placement, type Placements, ownerRefusal, planRefusal } from './placements.js';

export type SuspensionSubject = Parameters<AccountSuspension['decide']>[1];
export type SuspensionChange = Parameters<AccountSuspension['write']>[1]['change'];

/** Suspends and reactivates selected accounts. */
export class RowsSuspension implements RowsVerb<
  SuspensionSubject,
  WantedSuspension,
  SuspensionChange,
  void
> {
  readonly #verb: AccountSuspension;
  readonly #store: AccountStore;

  constructor(verb: AccountSuspension, store: AccountStore) {
    this.#verb = verb;
    this.#store = store;
  }

  async load(): Promise<undefined> {}

  async read(
    db: Knex,
    { viewer, wanted: { suspended } }: Asked<WantedSuspension>,
    ids: readonly number[],
  ): Promise<readonly SuspensionSubject[]> {
    const subjects: SuspensionSubject[] = [];
    for (const account of await accountsByIds(db, viewer, ids)) {
      const isLast = suspended && (await isLastAdministrator(this.#store, db, account));
      subjects.push({ account, isLast });
    }
    return subjects;
  }

  decide(
    viewer: Viewer,
    subject: SuspensionSubject,
    { suspended }: WantedSuspension,
  ): Decision<SuspensionChange> {
    return refusedOwn(viewer, subject.account) ?? this.#verb.decide(viewer, subject, suspended);
  }

  async write(changing: Changing, decision: Agreed<SuspensionChange>): Promise<void> {
    await this.#verb.write(changing, decision);
  }
}

export interface WantedSuspension {
  readonly [name: string]: Json;
  readonly suspended: boolean;
}

export interface WantedPlan {
  readonly [name: string]: Json;
  /** The ID of a plan; null for none. */
  readonly plan: number | null;
  /** Whether something else than the plan is wanted, too. */
  readonly isMore?: boolean;
}

/** An account with its placement, and the plans that the viewer can give it. */
export interface PlanSubject {
  readonly account: Account;
  readonly now: Placement;
  readonly offered: readonly NonNullable<Placement['plan']>[];
  /** What the account has with the wanted plan. */
  readonly effective: EffectivePlan;
}

export type PlanChange = Parameters<AccountChange['write']>[1]['change'];

/** Gives selected accounts a plan, or none. */
export class RowsPlan implements RowsVerb<PlanSubject, WantedPlan, PlanChange, void> {
  readonly #verb: AccountChange;
  readonly #placements: Placements;
  readonly #plans: PlanStore;

  constructor(verb: AccountChange, placements: Placements, plans: PlanStore) {
    this.#verb = verb;
    this.#placements = placements;
    this.#plans = plans;
  }

  async load(): Promise<undefined> {}

  async read(
    db: Knex,
    { viewer, wanted }: Asked<WantedPlan>,
    ids: readonly number[],
  ): Promise<readonly PlanSubject[]> {
    const subjects: PlanSubject[] = [];
    for (const account of await accountsByIds(db, viewer, ids)) {
      const offered = await this.#placements.plansFor(viewer, account, db);
      const reseller = await resellerIn(db, account);
      const plan = await this.#plans.find({ kind: 'all' }, account.planId ?? 0, db);
      const now = { role: account.role, reseller, plan };
      const then = { ...now, plan: offered.find(({ id }) => id === wanted.plan) };
      const effective = await this.#placements.effective(then, db);
      subjects.push({ account, now, offered, effective });
    }
    return subjects;
  }

  decide(
    viewer: Viewer,
    { account, now, offered, effective }: PlanSubject,
    { plan: id, isMore = false }: WantedPlan,
  ): Decision<PlanChange> {
    const impossible = planImpossible(account, isMore);
    if (impossible !== undefined) {
      return refused(new InvalidInputError({ plan: impossible }));
    }
    const plan = offered.find((each) => each.id === id);
    const refusal =
      plan === undefined && id !== null ? planRefusal(viewer) : ownerRefusal(plan, now.reseller);
    const placement = { ...now, plan, refusals: { plan: refusal, reseller: undefined } };
    const form = { ...formOf(account, now.reseller?.login ?? ''), plan: id ?? ('' as const) };
    const own = { before: account, now, placement, plan: effective };
    const subject = { ...own, isLast: false, roleRefusal: undefined };
    return (
      refusedOwn(viewer, account) ??
      this.#verb.decide(viewer, subject, { form, passwordHash: undefined })
    );
  }

  async write(changing: Changing, decision: Agreed<PlanChange>): Promise<void> {
    await this.#verb.write(changing, decision);
  }
}

function planImpossible({ role }: Account, isMore: boolean): FieldError | undefined {
  if (role === 'administrator') {
    return { key: 'accounts.errors.administrators-plan' };
  }
  return isMore ? { key: 'accounts.errors.plan-alone' } : undefined;
}

/** People change their own account in the preferences. */
function refusedOwn({ accountId }: Viewer, { id }: Account): Decision<never> | undefined {
  return id === accountId ? refused(new ForbiddenError('accounts.errors.own')) : undefined;
}

async function resellerIn(db: Knex, { parentId }: Account): Promise<Account | undefined> {
  const row =
    parentId === undefined
      ? undefined
      : await db<AccountRow>('accounts').where({ id: parentId }).first();
  return row && accountFrom(row);
}

/** Those within the viewer's scope, except mail users; locked in a transaction. */
async function accountsByIds(
  db: Knex,
  { scope, accountId }: Viewer,
  ids: readonly number[],
): Promise<readonly Account[]> {
  const rows = db<AccountRow>('accounts').whereNot('accounts.role', 'mail-user');
  engineOf(db).whereAmong(rows, 'accounts.id', JSON.stringify(ids));
  accountsWithin(rows, scope, db.raw('?', [accountId]));
  const found: readonly AccountRow[] = await (db.isTransaction ? rows.forUpdate() : rows).select(
    'accounts.*',
  );
  return found.map(accountFrom);
}
