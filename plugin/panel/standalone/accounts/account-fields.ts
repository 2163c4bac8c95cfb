import type { Account } from '../../directory/account.js';
import type { AccountForm } from './forms.js';
import type { Placement } from './placements.js';

export type AccountFields = Pick<
  Account,
  'role' | 'name' | 'email' | 'locale' | 'parentId' | 'planId'
>;

/** What a form makes of an account that is placed so. */
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
