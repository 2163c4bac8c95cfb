import { feature, offeredOn } from '../../feature.js';
import type { DomainStore } from '../../panel/directory/domain-store.js';
import type { OfferedActions } from '../../previews/action.js';
import type { Previews } from '../../previews/previews.js';
import type { Viewer } from '../../viewing/viewer.js';
import { overview } from '../overview/feature.js';
import { previews } from '../previews/feature.js';
import type { ShownStep } from '../overview/index.js';

interface DomainFeatures {
  readonly domains: DomainStore;
  /** What has to be done before there can be a domain. */
  readonly beforeDomains: (viewer: Viewer) => Promise<ShownStep | undefined>;
  readonly previews: Previews;
  /** What all features offer to do with selected domains. */
  readonly onDomains: () => Promise<OfferedActions>;
}

export const domains = feature<DomainFeatures>({
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

  async create(parts) {
    const { DomainStore: Store } = await import('../../panel/directory/domain-store.js');
    const { domainTable } = await import('./table.js');
    const { overview: page } = await overview.part(parts);
    return {
      domains: new Store(parts.db),
      ...(await previews.part(parts)),
      onDomains: async () => await offeredOn(domainTable, parts),
      beforeDomains: (viewer) => page.before(viewer, 'domain'),
    };
  },
  addRoutes: async ({ routes, pages, db }, part) =>
    (await import('./routes.js')).addDomainRoutes(routes, pages, { db, ...part }),
});
