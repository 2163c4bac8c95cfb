import { permissionText } from '../../../viewing/permissions.js';
import type { FormValues } from '../../../web/forms.js';
import type { Language } from '../../../web/locale.js';
import { unitOf, valueText } from '../../directory/effective-text.js';
import { type Plan, type PlanNumbers, limits, planlessLimits } from '../../directory/plan.js';
import type { Webmail } from '../../directory/webmail.js';
import { type Includable, excesses, fieldOf, planValues } from './forms.js';
import { planFields } from './plan-fields.js';

/** What a plan can include. */
export interface Offering {
  readonly webmails: readonly Webmail[];
  /** The plan that a reseller's plans stay within; undefined for administrators, null for a reseller without one. */
  readonly own: Plan | null | undefined;
}

/** What the form of a plan shows beside its values. @param permissions those that plans decide about. */
export function formContent(
  { webmails, own }: Offering,
  permissions: readonly string[],
  language: Language,
): object {
  return {
    section: 'plans',
    excesses,
    groups: planFields,
    permissions: permissions
      .filter((id) => own?.permissions.includes(id) ?? true)
      .map((id) => ({ id, text: permissionText(id) })),
    webmails: webmails.filter(({ key }) => own?.webmails.includes(key) ?? true),
    most: own === undefined ? {} : shownMost(own ?? planlessLimits, language),
  };
}

/** What a reseller's plans stay within, by field. */
function shownMost(numbers: PlanNumbers, language: Language): Readonly<Record<string, string>> {
  return Object.fromEntries(
    limits
      .filter((name) => numbers[name] !== undefined)
      .map((name) => [fieldOf(name), valueText(numbers[name], unitOf(name), language)]),
  );
}

/** A reseller's new plan grants what its own does. */
export function newPlanValues(own: Offering['own'], includable: Includable): FormValues {
  const preset =
    own === undefined
      ? undefined
      : { ...includable, ...planlessLimits, ...own, id: 0, name: '', version: 0 };
  return planValues(preset, includable);
}
