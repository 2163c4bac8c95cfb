import type { Registration } from '../../../feature.js';

export const accounts: Registration = {
  id: 'accounts',
  lists: async () => [(await import('./table.js')).accountTable],
  commands: [
    {
      name: 'account',
      does: 'administrators, resellers and customers',
      load: () => import('./commands.js'),
    },
  ],
  mails: async () => [(await import('../access/mails.js')).invitationMail],
  overview: async () => (await import('./overview-part.js')).accountsOverview,
  audit: {
    account: {
      labels: 'accounts.fields.*',
      valueLabels: {
        role: 'accounts.roles.*',
        locale: 'accounts.locales.*',
        limitPerHour: (value) => (value === '' ? 'plans.limit.from-plan' : undefined),
      },
    },
    acting: {},
  },
};
