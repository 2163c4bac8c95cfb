import { feature, withParts } from '../../feature.js';
import { panelMailSecrets } from '../../panel-mail/store.js';
import { keptMs } from '../../panel-mail/panel-mail.js';
import { settings } from '../settings/feature.js';
import { smtpServers } from '../smtp-servers/feature.js';
import type { PanelMailFeatures } from './create.js';
import { mailNameLabel } from '../../panel-mail/kind.js';

export const panelMail = feature<PanelMailFeatures>({
  id: 'panel-mail',
  commands: [{ name: 'settings', load: () => import('./commands.js') }],
  overview: async () => (await import('./overview-part.js')).panelMailOverview,
  audit: {
    'panel-mail': {
      labels: 'panel-mail.fields.*',
      valueLabels: { way: (way) => `panel-mail.ways.${way}`, muted: mailNameLabel },
      names: { server: { table: 'smtp_servers', column: 'title' } },
    },
  },
  mails: async () => [(await import('./test-mail.js')).testMail],
  expires: [{ table: 'panel_mails', column: 'expires_at', aheadMs: keptMs }],
  sealed: [panelMailSecrets],

  create: async (parts) =>
    (await import('./create.js')).createPanelMail(await withParts(parts, settings, smtpServers)),
  async addRoutes({ routes, pages }, part) {
    (await import('./routes.js')).addPanelMailRoutes(routes, pages, part);
    (await import('./preference-routes.js')).addPreferenceRoutes(routes, pages, part);
  },
});
