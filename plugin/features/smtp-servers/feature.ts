import { type Feature, feature, withParts } from '../../feature.js';
import { outcomeText } from '../../sending/outcome-sentences.js';
import { previews } from '../previews/feature.js';
import { settings } from '../settings/feature.js';
import type { SmtpFeatures } from './create.js';
import { serverSecrets } from './stored-secrets.js';

const labels = 'smtp-servers.fields.*';

export const smtpServers: Feature<SmtpFeatures> = feature<SmtpFeatures>({
  id: 'smtp-servers',
  lists: async () => [(await import('./table.js')).smtpServerTable],
  pickables: async () => [(await import('./pickable.js')).pickableServers],
  commands: [
    {
      name: 'smtp-server',
      does: 'the SMTP servers of accounts',
      load: () => import('./commands.js'),
    },
  ],
  overview: async () => (await import('./overview-part.js')).serversOverview,
  audit: {
    'smtp-server': {
      labels,
      valueLabels: {
        authentication: 'smtp-servers.authentication.*',
        outcome: outcomeText,
        security: 'smtp-servers.security.*',
        services: 'smtp-servers.services.*',
        usage: 'smtp-servers.usage.*',
      },
    },
    'sending-service': { labels },
  },
  mails: async () => [(await import('./confirmation-mail.js')).confirmationMail],
  expires: [{ table: 'smtp_confirmations', column: 'expires_at', aheadMs: 24 * 60 * 60 * 1000 }],
  sealed: [serverSecrets],
  async usage({ db, accountId }) {
    const [row] = await db('smtp_servers').where({ owner_id: accountId }).count('* as n');
    return { maxSmtpServers: { used: Number(row?.['n']) } };
  },
  async removedKinds(parts) {
    const { AccountStore } = await import('../../panel/directory/account-store.js');
    const { smtpServers: servers, smtpServerStore: store } = await smtpServers.part(parts);
    const { removedServers } = await import('./removed-servers.js');
    return [removedServers({ accounts: new AccountStore(parts.db), smtpServers: servers, store })];
  },
  async undoes(parts) {
    const { smtpServers: servers, smtpServerStore, serverRemoval } = await smtpServers.part(parts);
    const { undoOfServers } = await import('./undo.js');
    const { undoOfServerCreations } = await import('./undo-creation.js');
    return [
      undoOfServers(servers, smtpServerStore),
      undoOfServerCreations(serverRemoval, smtpServerStore),
    ];
  },
  offered: async (parts) => [(await smtpServers.part(parts)).actionsOnServers],

  create: async (parts) =>
    (await import('./create.js')).createSmtpFeatures(await withParts(parts, settings, previews)),
  addRoutes: async ({ routes, pages, db }, part) =>
    (await import('./routes.js')).addSmtpServerRoutes(routes, pages, { db, ...part }),
  fillDemo: async ({ smtpServers: verbs }, scene) =>
    (await import('./demo.js')).addDemoServers(verbs, scene),
  panelEvents: async () => (await import('./panel-events.js')).followOwners,
});
