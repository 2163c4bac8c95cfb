import { feature } from '../../feature.js';
import type { ApiTokens } from './api-tokens.js';

export const apiTokens = feature<{ readonly apiTokens: ApiTokens }>({
  id: 'api-tokens',
  lists: async () => [(await import('./table.js')).tokenTable],
  overview: async () => (await import('./overview-part.js')).tokensOverview,
  audit: {
    'api-token': { labels: 'api-tokens.fields.*', valueLabels: { scopes: 'api-tokens.scopes.*' } },
  },

  create: async (parts) => (await import('./create.js')).createApiTokens(parts),
  addRoutes: async ({ routes, pages, db }, part) =>
    (await import('./routes.js')).addTokenRoutes(routes, pages, { db, ...part }),
  withToken: async (part) => (await import('./bearer.js')).withToken(part.apiTokens),
});
