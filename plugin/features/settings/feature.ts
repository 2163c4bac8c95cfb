import { type Feature, feature } from '../../feature.js';
import type { Settings } from './settings.js';

export const settings: Feature<{ readonly settings: Settings }> = feature<{
  readonly settings: Settings;
}>({
  id: 'settings',
  commands: [
    {
      name: 'settings',
      does: 'settings of the whole installation',
      load: () => import('./commands.js'),
    },
  ],
  overview: async ({ config }) => (await import('./overview-part.js')).installationOverview(config),
  audit: { settings: { labels: 'settings.*.label', subjects: 'settings.*.label' } },

  async create({ db, changes, manifest }) {
    const { Settings: Verbs } = await import('./settings.js');
    return { settings: new Verbs({ db, changes, declared: manifest.settings }) };
  },
  async undoes(parts) {
    const { undoOfSettings } = await import('./undo.js');
    return [undoOfSettings((await settings.part(parts)).settings, parts.manifest.id)];
  },
  addRoutes: async ({ routes, pages }, part) =>
    (await import('./routes.js')).addSettingsRoutes(routes, pages, part.settings),
  hostRendered: async (...told) => (await import('./tell-host.js')).tellHost(...told),
});
