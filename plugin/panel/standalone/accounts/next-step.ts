import type { NextStep } from '../../../web/notices.js';
import type { Account } from '../../directory/account.js';

/** What to do after creating an account. */
export function nextAfter({ role, login }: Pick<Account, 'role' | 'login'>): NextStep | undefined {
  switch (role) {
    case 'customer':
      return { key: 'accounts.next.domain', path: `/domains/new?owner=${login}` };
    case 'reseller':
      return { key: 'accounts.next.customer', path: `/accounts/new?reseller=${login}` };
    case 'administrator':
    case 'mail-user':
      return undefined;
  }
}
