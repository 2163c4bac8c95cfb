import { feature } from '../../feature.js';
import type { OverviewFeatures } from './create.js';

export const overview = feature<OverviewFeatures>({
  id: 'overview',
  audit: { checklist: {} },

  create: async (parts) => (await import('./create.js')).createOverview(parts),
  addRoutes: async ({ routes, pages }, part) =>
    (await import('./routes.js')).addOverviewRoutes(routes, pages, part),
});
