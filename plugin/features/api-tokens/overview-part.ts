import type { OverviewPart } from '../../panel/overview/contribution.js';

export const tokensOverview: OverviewPart = {
  figures: [
    {
      key: 'tokens',
      rank: 60,
      permission: 'api-tokens.manage',
      path: '/api-tokens',
      rows: (db, { account }) => db('api_tokens').where('owner_id', account),
    },
  ],
};
