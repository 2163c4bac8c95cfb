import type { Registration } from '../../../feature.js';
import { permissionText } from '../../../viewing/permissions.js';

const limit = (value: string): string | undefined => (value === '' ? 'plans.unlimited' : undefined);

export const plans: Registration = {
  id: 'plans',
  lists: async () => [(await import('./table.js')).planTable],
  commands: [
    {
      name: 'plan',
      does: 'plans: permissions and limits of customers',
      load: () => import('./commands.js'),
    },
  ],
  overview: async () => (await import('./overview-part.js')).plansOverview,
  audit: {
    plan: {
      labels: 'plans.fields.*',
      valueLabels: {
        permissions: permissionText,
        webmails: 'domain-mail.webmails.*',
        maxMailboxes: limit,
        maxAliases: limit,
        maxQuotaBytes: limit,
        maxMessages: limit,
        maxMessageBytes: limit,
        maxSmtpServers: limit,
      },
    },
  },
};
