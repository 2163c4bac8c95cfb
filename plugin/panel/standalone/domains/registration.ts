import type { Registration } from '../../../feature.js';

export const domains: Registration = {
  id: 'domains',
  overview: async () => (await import('./overview-part.js')).domainsOverview,
  commands: [{ name: 'domain', load: () => import('./commands.js') }],
};
