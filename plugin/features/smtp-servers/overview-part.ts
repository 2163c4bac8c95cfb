import { type OverviewPart, ownedRows } from '../../panel/overview/contribution.js';

const unconfirmed = ['never', 'sent', 'failed'] as const;

export const serversOverview: OverviewPart = {
  figures: [
    {
      key: 'servers',
      rank: 40,
      permission: 'smtp-servers.view',
      path: '/smtp-servers',
      rows: ownedRows('smtp_servers'),
      limit: 'maxSmtpServers',
    },
  ],
  attention: [
    {
      key: 'unconfirmed',
      permission: 'smtp-servers.view',
      path: `/smtp-servers?${unconfirmed.map((state) => `confirmation=${state}`).join('&')}`,
      rows: ownedRows('smtp_servers', (rows) =>
        rows.whereIn('smtp_servers.confirmation', unconfirmed),
      ),
    },
  ],
};
