import type { Language } from '../../web/locale.js';
import type { EffectivePlan } from './effective-plan.js';
import { effectiveText, unitOf, valueText } from './effective-text.js';
import { type LimitName, limits } from './plan.js';
import type { PlanUsage } from './plan-usage.js';

/** How much of a limit is used, as pages show it. */
export interface Meter {
  readonly name: LimitName;
  /** Such as "3 of 10". */
  readonly text: string;
  /** The limit with its source. */
  readonly limit: string;
  readonly used: number;
  /** Undefined without a limit. */
  readonly most: number | undefined;
  /** In words, near the limit and above. */
  readonly warning: string | undefined;
}

/** From here on, a limit is nearly reached. */
const near = 0.9;

/** Limits of outgoing mail are not counted. */
const countedLimits = limits.filter((name) => !name.endsWith('PerHour'));

/** The limits of an account that count something. */
export function limitsOf(plan: EffectivePlan): readonly LimitName[] {
  return countedLimits.filter((name) => plan.limit(name).value !== undefined);
}

/** @param names the limits to show. */
export function metersOf(
  plan: EffectivePlan,
  usage: PlanUsage,
  names: readonly LimitName[],
  language: Language,
): readonly Meter[] {
  return names.map((name) => {
    const { used = 0, fullest } = usage[name] ?? {};
    const effective = plan.limit(name);
    const { value: most } = effective;
    const unit = unitOf(name);
    const shown = { used: valueText(used, unit, language), most: valueText(most, unit, language) };
    const key = most === undefined ? 'unlimited' : 'of';
    return {
      name,
      used,
      most,
      text: language.t(`plans.usage.${key}${fullest === undefined ? '' : '-in'}`, {
        ...shown,
        name: fullest ?? '',
      }),
      limit: effectiveText(effective, unit, language),
      warning: warningOf(used, most, language),
    };
  });
}

function warningOf(used: number, most: number | undefined, { t }: Language): string | undefined {
  if (most === undefined || used < most * near || most === 0) {
    return undefined;
  }
  return t(used >= most ? 'plans.usage.full' : 'plans.usage.near');
}
