import { feature } from '../../feature.js';
import { panelMailSecrets } from '../../panel-mail/store.js';
import { keptMs } from '../../panel-mail/panel-mail.js';
import type { PanelMailFeatures } from './create.js';
import { testMail } from './test-mail.js';

export const panelMail = feature<PanelMailFeatures>({
  id: 'panel-mail',
  audit: {
    'panel-mail': {
      labels: 'panel-mail.fields.*',
      valueLabels: { way: (way) => `panel-mail.ways.${way}` },
      names: { server: { table: 'smtp_servers', column: 'title' } },
    },
  },
  mails: [testMail],
  expires: [{ table: 'panel_mails', column: 'expires_at', aheadMs: keptMs }],
  sealed: [panelMailSecrets],

  create: async (parts) => (await import('./create.js')).createPanelMail(parts),
});
