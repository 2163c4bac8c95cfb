import type { Account } from '../../directory/account.js';
import type { AccountForm } from './forms.js';
import type { Placement } from './placements.js';

export type AccountFields = Pick<
  Account,
  'role' | 'name' | 'email' | 'locale' | 'parentId' | 'planId'
>;

/** The account of a form with a placement. */
export function accountFields(
  form: Pick<AccountForm, 'name' | 'email' | 'locale'>,
  { role, reseller, plan }: Placement,
): AccountFields {
  return {
    role,
    name: form.name,
    email: form.email.toString(),
    locale: form.locale === '' ? undefined : form.locale,
    parentId: reseller?.id,
    planId: plan?.id,
  };
}
