import { type OverviewPart, ownedRows } from '../../panel/overview/contribution.js';

export const domainsOverview: OverviewPart = {
  figures: [
    {
      key: 'domains',
      rank: 10,
      permission: 'domains.view',
      path: '/domains',
      rows: ownedRows('domains'),
    },
  ],
  attention: [
    {
      key: 'off',
      permission: 'domains.view',
      path: '/domains?mail=off',
      rows: ownedRows('domains', (rows) => rows.where('domains.mail_enabled', 0)),
    },
  ],
};
