import { type OverviewPart, ownedRows } from '../../panel/overview/contribution.js';

export const jobsOverview: OverviewPart = {
  attention: [
    {
      key: 'failed',
      permission: 'jobs.view',
      path: '/jobs?state=failed',
      rows: ownedRows('jobs', (rows) => rows.where('jobs.state', 'failed')),
    },
  ],
};
