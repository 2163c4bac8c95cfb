import { type PlanForm, parsePlanForm } from '../../../plugin/panel/standalone/plans/forms.js';

const includable = {
  permissions: ['mailboxes.manage', 'aliases.manage', 'api-tokens.manage'],
  webmails: ['roundcube'],
};
/** The fields of a plan that permits all of it. */
export const everything = {
  'permission.mailboxes.manage': '1',
  'permission.aliases.manage': '1',
  'permission.api-tokens.manage': '1',
  'webmail.roundcube': '1',
};
/** A plan as it is typed in its form. */
export const form = (body: Readonly<Record<string, string>>): PlanForm =>
  parsePlanForm(body, includable);
