import type { Registration } from '../../../feature.js';
import { permissionText } from '../../../viewing/permissions.js';

export const plans: Registration = {
  id: 'plans',
  lists: async () => [(await import('./table.js')).planTable],
  commands: [
    { name: 'plan', does: 'what customers are offered', load: () => import('./commands.js') },
  ],
  audit: {
    plan: {
      labels: 'plans.fields.*',
      valueLabels: { permissions: permissionText, webmails: 'domain-mail.webmails.*' },
    },
  },
};
