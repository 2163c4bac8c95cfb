import { type OverviewPart, ownedRows } from '../../overview/contribution.js';

export const domainsOverview: OverviewPart = {
  steps: [
    {
      key: 'domain',
      rank: 60,
      needs: ['customer'],
      roles: ['administrator', 'reseller', 'customer'],
      done: ownedRows('domains'),
      page: { path: async () => '/domains/new', permission: 'domains.manage' },
    },
  ],
};
