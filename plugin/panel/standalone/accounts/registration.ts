import type { FeatureParts, Registration } from '../../../feature.js';
import type { RowsParts } from './rows-actions.js';

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
  async offered(parts) {
    const { accountTable: table } = await import('./table.js');
    const { actionsOnAccounts, fieldsAction } = await import('./rows-actions.js');
    const own = await rowsParts(parts);
    return [{ table, actions: actionsOnAccounts(own), besides: [fieldsAction(own)] }];
  },
  undoes: async (parts) =>
    (await import('./rows-undo.js')).undoesOfAccounts(await rowsParts(parts)),
};

async function rowsParts(parts: FeatureParts): Promise<RowsParts> {
  return (await import('./rows-create.js')).createRows(parts);
}
