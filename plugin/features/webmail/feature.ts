import { type Feature, feature, withParts } from '../../feature.js';
import { previews } from '../previews/feature.js';
import type { WebmailFeatures } from './create.js';

export const webmail: Feature<WebmailFeatures> = feature<WebmailFeatures>({
  id: 'webmail',
  lists: async () => [(await import('./table.js')).webmailTable],
  pickables: async () => [
    (await import('../../panel/directory/pickable-webmails.js')).pickableWebmails,
  ],
  commands: [
    {
      name: 'webmail',
      does: 'the webmail applications that domains lead to',
      load: () => import('./commands.js'),
    },
  ],
  audit: { webmail: { labels: 'webmail.fields.*' } },
  offered: async (parts) => [(await webmail.part(parts)).actionsOnWebmails],

  create: async (parts) =>
    (await import('./create.js')).createWebmailFeatures(await withParts(parts, previews)),
  prepareDemo: async ({ webmails }, operator) =>
    (await import('./demo.js')).giveDemoAddresses(webmails, operator),
  hosts: async (site) => (await import('./hosts.js')).webmailHosts(site),
  addRoutes: async ({ routes, pages, db }, part) =>
    (await import('./routes.js')).addWebmailRoutes(routes, pages, { db, ...part }),
});
