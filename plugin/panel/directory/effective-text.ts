import type { Language } from '../../web/locale.js';
import type { Effective, EffectivePlan } from './effective-plan.js';

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

/** Who can change what a plan does not permit. */
export function planChangeText({ changedBy }: EffectivePlan, { t }: Language): string {
  return changedBy === undefined
    ? t('plans.who.administrator')
    : t('plans.who.reseller', { name: changedBy });
}

/** The unit of a plan's number. */
export function unitOf(number: string): Unit {
  if (number.endsWith('PerHour')) {
    return 'per-hour';
  }
  return number.endsWith('Bytes') ? 'bytes' : 'number';
}
