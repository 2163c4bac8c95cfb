import type { Registration } from '../../../feature.js';

export const domains: Registration = {
  async usage({ db, accountId, of }) {
    const [row] = of.includes('maxDomains')
      ? await db('domains').where({ owner_id: accountId }).count<{ n: number }[]>('* as n')
      : [];
    return row === undefined ? {} : { maxDomains: { used: row.n } };
  },
  id: 'domains',
  overview: async () => (await import('./overview-part.js')).domainsOverview,
  commands: [{ name: 'domain', load: () => import('./commands.js') }],
};
