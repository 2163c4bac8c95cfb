import type { OverviewPart } from '../../panel/overview/contribution.js';

export const panelMailOverview: OverviewPart = {
  steps: [
    {
      key: 'way',
      rank: 25,
      roles: ['administrator'],
      done: (db) => db('panel_mail_settings').whereNot({ way: 'none' }),
      page: { path: async () => '/settings/panel-mail', permission: 'settings.manage' },
    },
  ],
};
