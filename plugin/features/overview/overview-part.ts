import type { Database } from '../../database/database.js';
import type { OverviewPart } from '../../panel/overview/contribution.js';
import { whileTrue } from '../../panel/overview/facts.js';

export function testMessageOverview({ db }: { readonly db: Database }): OverviewPart {
  const path = async (): Promise<string | undefined> => {
    const mailbox: unknown = await db.knex('mailboxes').first('id');
    return mailbox === undefined ? undefined : '/test-message';
  };
  return {
    steps: [
      {
        key: 'test-message',
        rank: 90,
        needs: ['mailbox'],
        roles: ['administrator'],
        done: whileTrue('mail-arrived', { table: 'mailboxes', column: 'address' }),
        page: { path, permission: 'checklist.use' },
      },
    ],
  };
}
