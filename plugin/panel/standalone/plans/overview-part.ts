import type { OverviewPart } from '../../overview/contribution.js';

export const plansOverview: OverviewPart = {
  steps: [
    {
      key: 'plan',
      rank: 40,
      roles: ['administrator'],
      done: (db) => db('plans'),
      page: { path: async () => '/plans/new', permission: 'plans.manage' },
    },
  ],
};
