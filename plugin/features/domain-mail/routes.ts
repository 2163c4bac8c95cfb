import type { Request } from 'express';
import { DomainName } from '../../addresses/index.js';
import type { Meanwhile } from '../../changes/changed-since.js';
import { queueLifetime } from '../../mail-server/queue-lifetime.js';
import { parseWithRules } from '../../web/all-errors.js';
import { type FormValues, formHandlers } from '../../web/forms.js';
import { leaveNotice } from '../../web/notices.js';
import { type PageContent, type Pages, languageOf } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import type { DomainMail, DomainMailPage } from './domain-mail.js';
import { misplacedPort, parseMailSettings } from './forms.js';
import type { MailExchangers } from './mail-exchangers.js';
import { shownTexts } from './policies/field-texts.js';
import { policies } from './policies/index.js';
import { addTrialRoutes } from './trial-routes.js';
import type { Trials } from './trials.js';

interface Parts {
  readonly trials: Trials;
  readonly domainMail: DomainMail;
  readonly exchangers: MailExchangers;
}

export function addDomainMailRoutes(routes: RouteTable, pages: Pages, parts: Parts): void {
  const { domainMail, exchangers } = parts;
  const form = formHandlers(pages, {
    view: 'domain-mail/settings',
    load: async (req) => ({
      page: await domainMail.page(req.viewer, domainIn(req)),
      meanwhile: await changedMeanwhile(domainMail, req),
    }),
    content: ({ page, meanwhile }, req) => ({ ...contentOf(page, req), meanwhile }),
    values: ({ page }) => valuesOf(page),
    async submit(req, res) {
      const name = domainIn(req);
      const wanted = await parseWithRules(req, {
        parse: parseMailSettings,
        besides: misplacedPort(req.body),
        standIns: { policy: policies.find(({ isRecommended }) => isRecommended)?.key ?? '' },
        rehearse: (viewer, typed) => domainMail.change(viewer, name, typed),
      });
      await domainMail.change(req.viewer, name, wanted);
      leaveNotice(req, res, 'domain-mail.notice-saved', DomainName.parse(domainIn(req)).unicode);
      res.redirect(303, req.body.apply === undefined ? `${req.baseUrl}/domains` : req.originalUrl);
    },
  });

  addTrialRoutes(routes, pages, parts.trials);

  routes.get('/domains/:domain/mail-settings', 'domain-mail.view', form.show);
  routes.post('/domains/:domain/mail-settings', 'domain-mail.change', form.submit);

  routes.get('/domains/:domain/mail-exchangers', 'domain-mail.view', async (req, res) => {
    const page = await domainMail.page(req.viewer, domainIn(req));
    const found = await exchangers.of(page.domain.name);
    pages.show(req, res, 'domain-mail/exchangers', { ...contentOf(page, req), found });
  });
}

function contentOf(page: DomainMailPage, req: Request): PageContent {
  const { t } = languageOf(req);
  return {
    ...page,
    title: t('domain-mail.title'),
    section: 'domains',
    tab: 'domain-mail',
    policies,
    queueLifetime,
    mayChange: req.viewer.permissions.has('domain-mail.change'),
    maySeeServers: req.viewer.permissions.has('smtp-servers.view'),
    mayUseInternal: req.viewer.permissions.has('domain-mail.internal'),
  };
}

/** Form values: the settings, and for other policies the texts typed last. */
function valuesOf({ settings, kept, version, domain }: DomainMailPage): FormValues {
  const { unknown } = settings;
  return {
    ...shownTexts({ domain, kept, unknown }),
    version: String(version),
    mailEnabled: settings.enabled ? '1' : '',
    policy: unknown.policy,
    webmail: settings.webmail ?? '',
    relay: String(settings.relayId ?? ''),
  };
}

function domainIn(req: Request): string {
  return String(req.params['domain']);
}

/** What others changed since the refused form was loaded. */
async function changedMeanwhile(
  domainMail: DomainMail,
  req: Request,
): Promise<readonly Meanwhile[]> {
  const body: { version?: unknown } = req.body ?? {};
  const version = Number(body.version);
  return req.method === 'POST' && Number.isInteger(version)
    ? await domainMail.meanwhile(req.viewer, domainIn(req), version)
    : [];
}
