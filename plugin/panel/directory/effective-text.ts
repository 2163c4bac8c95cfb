import type { Language } from '../../web/locale.js';
import type { Effective } from './effective-plan.js';

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

/** The unit of a plan's number. */
export function unitOf(number: string): Unit {
  if (number.endsWith('PerHour')) {
    return 'per-hour';
  }
  return number.endsWith('Bytes') ? 'bytes' : 'number';
}
