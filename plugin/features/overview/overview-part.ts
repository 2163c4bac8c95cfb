import type { OverviewPart } from '../../panel/overview/contribution.js';
import { whileTrue } from '../../panel/overview/facts.js';

export const testMessageOverview: OverviewPart = {
  steps: [
    {
      key: 'test-message',
      rank: 90,
      needs: ['mailbox'],
      roles: ['administrator'],
      done: whileTrue('mail-arrived', { table: 'mailboxes', column: 'address' }),
      page: { path: async () => '/test-message', permission: 'checklist.use' },
    },
  ],
};
