import { type OverviewPart, ownedRows } from '../../panel/overview/contribution.js';

/** Those that programs or people have to look after. */
const givenUp = ['failed', 'unknown'] as const;

export const messagesOverview: OverviewPart = {
  figures: [
    {
      key: 'messages',
      rank: 50,
      permission: 'messages.view',
      path: '/messages',
      rows: ownedRows('messages'),
      limit: 'maxMessages',
    },
  ],
  attention: [
    {
      key: 'given-up',
      permission: 'messages.view',
      path: `/messages?${givenUp.map((state) => `state=${state}`).join('&')}`,
      rows: ownedRows('messages', (rows) => rows.whereIn('messages.state', givenUp)),
    },
  ],
};
