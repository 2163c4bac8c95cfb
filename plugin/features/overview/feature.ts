import { feature } from '../../feature.js';
import type { OverviewFeatures } from './create.js';

export const overview = feature<OverviewFeatures>({
  id: 'overview',
  audit: { checklist: {}, 'test-message': {} },
  overview: async (parts) => (await import('./overview-part.js')).testMessageOverview(parts),
  mails: async () => [(await import('./test-message.js')).testMessage],
  expires: [{ table: 'test_messages', column: 'expires_at', aheadMs: 24 * 60 * 60 * 1000 }],

  create: async (parts) => (await import('./create.js')).createOverview(parts),
  async addRoutes({ routes, pages }, part) {
    const { addOverviewRoutes } = await import('./routes.js');
    const { addTestMessageRoutes } = await import('./test-message-routes.js');
    addOverviewRoutes(routes, pages, part);
    addTestMessageRoutes(routes, pages, part.testMessages);
  },
});
