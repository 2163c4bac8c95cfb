import { feature } from '../../feature.js';
import type { TokenFeatures } from './create.js';

export const apiTokens = feature<TokenFeatures>({
  id: 'api-tokens',
  lists: async () => [(await import('./table.js')).tokenTable],
  overview: async () => (await import('./overview-part.js')).tokensOverview,
  audit: {
    'api-token': { labels: 'api-tokens.fields.*', valueLabels: { scopes: 'api-tokens.scopes.*' } },
  },

  create: async (parts) => (await import('./create.js')).createApiTokens(parts),
  async addRoutes({ routes, pages, db, config, manifest }, part) {
    const { addDocument } = await import('./document-route.js');
    (await import('./routes.js')).addTokenRoutes(routes, pages, { db, ...part });
    const { publicUrl } = config;
    addDocument(routes, { publicUrl, version: manifest.version, parts: await part.apiParts() });
  },
  withToken: async (part) => (await import('./bearer.js')).withToken(part.apiTokens),
});
