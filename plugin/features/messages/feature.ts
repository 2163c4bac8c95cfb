import { feature, withParts } from '../../feature.js';
import { settings } from '../settings/feature.js';
import { smtpServers } from '../smtp-servers/feature.js';
import type { OutboxFeatures } from './create.js';

export const messages = feature<OutboxFeatures>({
  id: 'messages',
  lists: async () => [(await import('./table.js')).messageTable],
  pickables: async () => [(await import('./pickable.js')).pickableServices],
  commands: [{ name: 'message', does: 'the outbox', load: () => import('./commands.js') }],
  overview: async () => (await import('./overview-part.js')).messagesOverview,
  audit: { message: {} },
  async usage({ db, accountId }) {
    const { usageOf } = await import('./usage.js');
    const { messages: used, bytes } = await usageOf(db, accountId);
    return { maxMessages: { used }, maxMessageBytes: { used: bytes } };
  },
  mails: async () => [(await import('./given-up-mail.js')).givenUpMail],
  api: async () => (await import('./api.js')).messageApi,

  create: async (parts) =>
    (await import('./create.js')).createOutbox(await withParts(parts, settings, smtpServers)),
  async addRoutes({ routes, pages, ...site }, part) {
    const { addMessageRoutes } = await import('./routes.js');
    const { addMessageApi } = await import('./api-routes.js');
    addMessageRoutes(routes, pages, { ...site, ...part });
    addMessageApi(routes, part.messages);
  },
  panelEvents: async () => (await import('./panel-events.js')).followOwners,
  async start({ outbox }) {
    outbox.start();
    return { finish: () => outbox.stop() };
  },
});
