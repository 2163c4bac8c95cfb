import { type Feature, feature, withParts } from '../../feature.js';
import { domains } from '../domains/feature.js';
import { mailboxes } from '../mailboxes/feature.js';
import { webmailByKey } from '../../panel/directory/webmail.js';
import { settings } from '../settings/feature.js';
import { smtpServers } from '../smtp-servers/feature.js';
import type { DomainMailFeatures } from './create.js';

export const domainMail: Feature<DomainMailFeatures> = feature<DomainMailFeatures>({
  id: 'domain-mail',
  commands: [
    { name: 'domain', load: () => import('./commands.js') },
    { name: 'domain', load: () => import('./trial-command.js') },
    {
      name: 'lookups',
      does: 'answer look-ups of relays by Postfix (RELAIS_LOOKUPS), and notify it of changes',
      load: () => import('./lookups-command.js'),
    },
  ],
  overview: async (parts) =>
    (await import('./overview-part.js')).exchangersOverview({
      ...parts,
      ...(await domainMail.part(parts)),
    }),
  audit: {
    'domain-mail': {
      labels: 'domain-mail.fields.*',
      valueLabels: {
        policy: 'domain-mail.policies.*.title',
        limitPerHour: (value) => (value === '' ? 'plans.limit.from-plan' : undefined),
      },
      keyed: { webmail: webmailByKey },
      names: { relay: { table: 'smtp_servers', column: 'title' } },
    },
  },
  async leadingInto(around) {
    const { forwardingInto } = await import('./leading-into.js');
    return { domains: await forwardingInto(around) };
  },
  async offered(parts) {
    const { domainTable } = await import('../domains/index.js');
    const { actionsOnSettings: actions } = await domainMail.part(parts);
    return [{ table: domainTable, actions }];
  },
  async undoes(parts) {
    const { undoOfSettings } = await import('./rows-actions.js');
    const { rowsSettings } = await domainMail.part(parts);
    return [undoOfSettings(rowsSettings)];
  },
  forwardingColumns: async () => (await import('./policies/leading.js')).forwardingColumns(),

  create: async (parts) =>
    (await import('./create.js')).createDomainMail(
      await withParts(parts, domains, settings, mailboxes, smtpServers),
    ),
  async addRoutes({ routes, pages, db }, part) {
    (await import('./routes.js')).addDomainMailRoutes(routes, pages, part);
    (await import('./effects-file.js')).addEffectsRoute(routes, { db, ...part });
  },
  fillDemo: async (part, scene) => (await import('./demo.js')).setDemoMail(part.domainMail, scene),
  panelEvents: async () => (await import('./panel-events.js')).listenToPanel,
  async start({ exchangerWatch }, parts) {
    const { answerLookups } = await import('./relay-lookups.js');
    const lookups = await answerLookups(parts);
    exchangerWatch.start(parts.log);
    return { ...lookups, finish: () => exchangerWatch.stop() };
  },
  async complaints(config) {
    const { lookupsComplaint } = await import('./relay-lookups.js');
    const complaint = await lookupsComplaint(config);
    return complaint === undefined ? [] : [complaint];
  },
});
