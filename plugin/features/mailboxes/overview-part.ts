import type { Database } from '../../database/database.js';
import { type OverviewPart, rowsInDomains } from '../../panel/overview/contribution.js';
import { scopeColumn } from '../../viewing/scope.js';
import type { Viewer } from '../../viewing/viewer.js';

export function mailboxesOverview(db: Database): OverviewPart {
  return {
    steps: [
      {
        key: 'mailbox',
        rank: 80,
        needs: ['domain'],
        roles: ['administrator', 'reseller', 'customer'],
        done: rowsInDomains('mailboxes'),
        page: { path: (viewer) => formOfFirst(db, viewer), permission: 'mailboxes.manage' },
      },
    ],
    figures: [
      {
        key: 'mailboxes',
        rank: 20,
        permission: 'mailboxes.view',
        path: '/domains',
        rows: rowsInDomains('mailboxes'),
        limit: 'maxMailboxes',
        isPerDomain: true,
      },
      {
        key: 'aliases',
        rank: 30,
        permission: 'mailboxes.view',
        path: '/domains',
        rows: rowsInDomains('aliases'),
        limit: 'maxAliases',
        isPerDomain: true,
      },
    ],
    attention: [
      {
        key: 'suspended',
        permission: 'mailboxes.view',
        path: '/domains?mailboxes=suspended',
        rows: rowsInDomains('mailboxes', (rows) => rows.where('mailboxes.suspended', 1)),
      },
    ],
  };
}

/** The form for a mailbox in the first domain within the scope. */
async function formOfFirst(db: Database, { scope }: Viewer): Promise<string | undefined> {
  const owner = scopeColumn(scope);
  const domains = db.knex<{ name: string }>('domains');
  const seen = owner === undefined ? domains : domains.where(owner.column, owner.accountId);
  const first = await seen.orderBy('sort_name').first('name');
  return first && `/domains/${first.name}/mailboxes/new`;
}
