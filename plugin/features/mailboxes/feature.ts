import { type Feature, feature, withParts } from '../../feature.js';
import { domains } from '../domains/feature.js';
import { previews } from '../previews/feature.js';
import { settings } from '../settings/feature.js';
import type { MailboxFeatures } from './create.js';

export const mailboxes: Feature<MailboxFeatures> = feature<MailboxFeatures>({
  id: 'mailboxes',
  async lists() {
    const { aliasTable, mailboxTable } = await import('./table.js');
    return [mailboxTable, aliasTable];
  },
  async pickables() {
    const { pickableAliases, pickableMailboxes } = await import('./pickable.js');
    return [pickableMailboxes, pickableAliases];
  },
  commands: [
    {
      name: 'mailbox',
      does: 'the mailboxes of domains',
      load: () => import('./mailbox-commands.js'),
    },
    { name: 'alias', does: 'the aliases of domains', load: () => import('./alias-commands.js') },
  ],
  overview: async ({ db }) => (await import('./overview-part.js')).mailboxesOverview(db),
  audit: {
    mailbox: {
      labels: 'mailboxes.fields.*',
      valueLabels: {
        quotaBytes: (value) => (value === '0' ? 'mailboxes.unlimited' : undefined),
        limitPerHour: (value) => (value === '' ? 'plans.limit.from-plan' : undefined),
      },
    },
    alias: { labels: 'aliases.fields.*' },
  },
  usage: async (of) => (await import('./plan-usage.js')).usageOf(of),
  async leadingInto(around) {
    const { aliasesInto } = await import('./leading-into.js');
    return { aliases: await aliasesInto(around) };
  },

  async offered(parts) {
    const { mailboxTable: table } = await import('./table.js');
    const { actionsOnMailboxes: actions } = await mailboxes.part(parts);
    return [{ table, path: '/domains', actions }];
  },
  async imports(parts) {
    const { mailboxImport, aliasImport } = await mailboxes.part(parts);
    return [mailboxImport, aliasImport];
  },
  async removedKinds(parts) {
    return (await mailboxes.part(parts)).removedKinds;
  },
  async undoes(parts) {
    const { undoesOfMailboxes } = await import('./undo.js');
    const { undoOfAliases } = await import('./undo-aliases.js');
    const { undoesOfCreations } = await import('./undo-creations.js');
    const part = await mailboxes.part(parts);
    return [
      ...undoesOfMailboxes(part),
      undoOfAliases(part.rowsAliases),
      ...undoesOfCreations(part),
    ];
  },
  create: async (parts) =>
    (await import('./create.js')).createMailboxFeatures(
      await withParts(parts, domains, settings, previews),
    ),
  addRoutes: async ({ routes, pages, db }, part) =>
    (await import('./routes.js')).addMailRoutes(routes, pages, { db, ...part }),
  fillDemo: async (part, scene) => (await import('./demo.js')).addDemoMailboxes(part, scene),
});
