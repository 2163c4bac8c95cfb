import { type FeatureParts, type Registration, fromEach } from '../../../feature.js';
import type { PanelEvents } from '../../panel.js';

export const domains: Registration = {
  async usage({ db, accountId, of }) {
    const [row] = of.includes('maxDomains')
      ? await db('domains').where({ owner_id: accountId }).count<{ n: number }[]>('* as n')
      : [];
    return row === undefined ? {} : { maxDomains: { used: row.n } };
  },
  id: 'domains',
  undoes: async (parts) => [await (await import('./undo.js')).undoOfDomainCreations(parts)],
  removedKinds: async (parts) => [(await import('./removed-domains.js')).removedDomains(parts)],
  overview: async () => (await import('./overview-part.js')).domainsOverview,
  commands: [{ name: 'domain', load: () => import('./commands.js') }],
  async imports(parts) {
    const { importOfDomains } = await import('./create-import.js');
    return [importOfDomains(parts.db, await eventsOf(parts))];
  },
};

/** Imports run in threads, too, which have no panel: these are told to the same listeners. */
async function eventsOf({ registered }: FeatureParts): Promise<PanelEvents> {
  const { PanelEvents: Class } = await import('../../panel.js');
  const events = new Class();
  const listeners = await fromEach(registered, (each) => each.panelEvents?.());
  listeners.forEach((listener) => events.listen(listener));
  return events;
}
