import { feature } from '../../feature.js';
import type { DomainStore } from '../../panel/directory/domain-store.js';

export const domains = feature<{ readonly domains: DomainStore }>({
  id: 'domains',
  lists: async () => [(await import('./table.js')).domainTable],
  pickables: async () => (await import('../../panel/directory/pickables.js')).directoryPickables,
  commands: [
    {
      name: 'domain',
      does: 'domains and their mail settings',
      load: () => import('./commands.js'),
    },
  ],
  overview: async () => (await import('./overview-part.js')).domainsOverview,
  audit: {
    domain: { labels: 'domains.fields.*', valueLabels: { locale: 'accounts.locales.*' } },
  },

  async create({ db }) {
    const { DomainStore: Store } = await import('../../panel/directory/domain-store.js');
    return { domains: new Store(db) };
  },
  addRoutes: async ({ routes, pages, db }, part) =>
    (await import('./routes.js')).addDomainRoutes(routes, pages, { db, ...part }),
});
