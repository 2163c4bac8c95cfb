import type { Role } from '../../manifest.js';
import {
  type LimitName,
  type Plan,
  type PlanNumbers,
  type Sender,
  limits,
  limitsWithoutPlan,
  outgoingNumbers,
  planlessLimits,
} from './plan.js';

/** Where an effective value comes from. */
type Source =
  | { readonly kind: 'own' }
  | { readonly kind: 'plan'; readonly name: string }
  /** The plan of the reseller, which is lower. */
  | { readonly kind: 'reseller'; readonly name: string }
  /** Limits of accounts without a plan. */
  | { readonly kind: 'usual' }
  | { readonly kind: 'nobody' };

/** A value with its source; undefined means no limit. */
export interface Effective {
  readonly value: number | undefined;
  readonly source: Source;
}

/** An account's plan, and its reseller's. */
export interface PlansOf {
  readonly role: Role;
  readonly plan: Plan | undefined;
  /** Undefined without a reseller. */
  readonly reseller: { readonly login: string; readonly plan: Plan | undefined } | undefined;
}

/** An outgoing limit, what it would be without a custom one, and its maximum. */
export interface OutgoingLimit extends Effective {
  readonly own: number | undefined;
  readonly inherited: Effective;
  readonly most: Effective;
}

/** What an account has: the lesser of what its plan and its reseller's say. */
export class EffectivePlan {
  readonly #of: PlansOf;

  constructor(of: PlansOf) {
    this.#of = of;
  }

  get plan(): Plan | undefined {
    return this.#of.plan;
  }

  /** The login of the reseller that can give the account another plan; undefined for an administrator. */
  get changedBy(): string | undefined {
    return this.#of.reseller?.login;
  }

  /** What plans decide about that a customer may do. */
  get permissions(): readonly string[] {
    const { plan, reseller } = this.#of;
    return within(plan?.permissions ?? [], reseller?.plan?.permissions);
  }

  /** Keys of webmail applications. */
  get webmails(): readonly string[] | 'all' {
    const { role, plan, reseller } = this.#of;
    return role === 'administrator'
      ? 'all'
      : within(plan?.webmails ?? [], reseller?.plan?.webmails);
  }

  limit(name: LimitName): Effective {
    return this.#lesser((numbers) => numbers[name]);
  }

  /** All limits without their sources. */
  get limits(): PlanNumbers {
    return Object.fromEntries(limits.map((name) => [name, this.limit(name).value]));
  }

  /** @param own its custom limit, if it has one. */
  outgoing(sender: Sender, own: number | undefined): OutgoingLimit {
    const { preset, most } = outgoingNumbers[sender];
    const highest = this.limit(most);
    const inherited = this.#lesser((numbers) => numbers[preset] ?? numbers[most]);
    const above = this.#above((numbers) => numbers[most]);
    const effective: Effective =
      own === undefined ? inherited : lesserOf({ value: own, source: { kind: 'own' } }, above);
    return { ...effective, own, inherited, most: highest };
  }

  #lesser(number: (numbers: PlanNumbers) => number | undefined): Effective {
    const { role, plan, reseller } = this.#of;
    const above = this.#above(number);
    if (plan !== undefined) {
      return lesserOf({ value: number(plan), source: { kind: 'plan', name: plan.name } }, above);
    }
    const value = number(limitsWithoutPlan(role));
    const usual: Effective =
      value === undefined ? { value, source: { kind: 'nobody' } } : { value, source: usualSource };
    return reseller === undefined ? usual : (above ?? usual);
  }

  #above(number: (numbers: PlanNumbers) => number | undefined): Effective | undefined {
    const { reseller } = this.#of;
    if (reseller === undefined) {
      return undefined;
    }
    const { plan } = reseller;
    return plan === undefined
      ? { value: number(planlessLimits), source: usualSource }
      : { value: number(plan), source: { kind: 'reseller', name: plan.name } };
  }
}

const usualSource = { kind: 'usual' } as const;

function lesserOf(one: Effective, above: Effective | undefined): Effective {
  return above !== undefined && (above.value ?? Infinity) < (one.value ?? Infinity) ? above : one;
}

function within(list: readonly string[], most: readonly string[] | undefined): readonly string[] {
  return most === undefined ? list : list.filter((each) => most.includes(each));
}
