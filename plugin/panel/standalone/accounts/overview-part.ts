import type { Rows } from '../../overview/contribution.js';
import type { OverviewPart } from '../../overview/contribution.js';
import { placeholderAddress } from './placeholder-address.js';

const customers: Rows = (db, { scope, account }) =>
  scope === 'all'
    ? db('accounts').where('accounts.role', 'customer')
    : db('accounts').where('accounts.parent_id', account);

export const accountsOverview: OverviewPart = {
  steps: [
    {
      key: 'password',
      rank: 30,
      roles: ['administrator'],
      done: (db, { account }) =>
        db('accounts').where('accounts.id', account).whereNotNull('accounts.password_hash'),
      page: { path: async () => '/preferences/password', permission: 'preferences.change' },
    },
    {
      key: 'customer',
      rank: 50,
      needs: ['plan'],
      roles: ['administrator', 'reseller'],
      done: customers,
      page: { path: async () => '/accounts/new', permission: 'accounts.manage' },
    },
  ],
  attention: [
    {
      key: 'placeholder',
      permission: 'preferences.change',
      path: '/preferences',
      rows: (db, { account }) =>
        db('accounts').where({ 'accounts.id': account, 'accounts.email': placeholderAddress }),
    },
  ],
  figures: [
    {
      key: 'customers',
      rank: 5,
      permission: 'accounts.manage',
      path: '/accounts?role=customer',
      rows: customers,
    },
  ],
};
