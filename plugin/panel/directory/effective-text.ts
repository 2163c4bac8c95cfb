import type { Language } from '../../web/locale.js';
import type { Viewer } from '../../viewing/viewer.js';
import type { Effective, EffectivePlan } from './effective-plan.js';
import type { LimitName } from './plan.js';

export type Unit = 'number' | 'bytes' | 'per-hour';

/** A value without its source. */
export function valueText(
  value: number | undefined,
  unit: Unit,
  { t, bytes, number }: Language,
): string {
  if (value === undefined) {
    return t('plans.unlimited');
  }
  if (unit === 'per-hour') {
    return t('plans.per-hour', { count: value });
  }
  return unit === 'bytes' ? bytes(value) : number(value);
}

/** A value with its source, such as "50 per hour, from plan Basic". */
export function effectiveText(
  { value, source }: Effective,
  unit: Unit,
  language: Language,
): string {
  const shown = valueText(value, unit, language);
  const name = 'name' in source ? source.name : '';
  return source.kind === 'nobody'
    ? shown
    : language.t(`plans.source.${source.kind}`, { value: shown, name });
}

/** Who can change what a plan does not permit a viewer. What a reseller may not do is its own plan's. */
export function planChangeText(
  { changedBy }: EffectivePlan,
  { role }: Pick<Viewer, 'role'>,
  { t }: Language,
): string {
  return changedBy === undefined || role === 'reseller'
    ? t('plans.who.administrator')
    : t('plans.who.reseller', { name: changedBy });
}

/** Who can raise a limit that is used up: resellers give their customers other plans. */
export function limitChangeText(
  plan: EffectivePlan,
  limit: LimitName,
  viewer: Viewer,
  language: Language,
): string {
  const isOfPlan = plan.limit(limit).source.kind !== 'reseller';
  return viewer.role === 'reseller' && isOfPlan && plan.changedBy === viewer.login
    ? language.t('plans.who.yourself')
    : planChangeText(plan, viewer, language);
}

/** The unit of a plan's number. */
export function unitOf(number: string): Unit {
  if (number.endsWith('PerHour')) {
    return 'per-hour';
  }
  return number.endsWith('Bytes') ? 'bytes' : 'number';
}
