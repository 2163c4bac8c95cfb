import type { Request, Response } from 'express';
import { DomainName } from '../../addresses/index.js';
import type { Meanwhile } from '../../changes/changed-since.js';
import { queueLifetime } from '../../mail-server/queue-lifetime.js';
import { parseWithRules } from '../../web/all-errors.js';
import { answerSuggestions, typedIn } from '../../tables/picker-route.js';
import { type FormValues, formHandlers } from '../../web/forms.js';
import { leaveNotice, leaveNoticeAndNext } from '../../web/notices.js';
import { type PageContent, type Pages, languageOf } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import type { Effective } from '../../panel/directory/effective-plan.js';
import { effectiveText, planChangeText } from '../../panel/directory/effective-text.js';
import { ownLimitValues } from '../../panel/directory/own-limit.js';
import type { DomainMail, DomainMailPage } from './domain-mail.js';
import { misplacedPort, parseMailSettings } from './forms.js';
import type { ExchangerRecords } from './exchanger-records.js';
import { isMisled } from './known-exchangers.js';
import { shownTexts } from './policies/field-texts.js';
import { policies } from './policies/index.js';
import { mayChoose } from './plan-refusals.js';
import { addTrialRoutes } from './trial-routes.js';
import type { Trials } from './trials.js';
import { type Unreceived, unreceivedSentences } from './unreceived.js';

interface Parts {
  readonly trials: Trials;
  readonly domainMail: DomainMail;
  readonly exchangerRecords: ExchangerRecords;
}

export function addDomainMailRoutes(routes: RouteTable, pages: Pages, parts: Parts): void {
  const { domainMail, exchangerRecords } = parts;
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
      leaveSaved(req, res, await domainMail.change(req.viewer, name, wanted));
      res.redirect(303, req.body.apply === undefined ? `${req.baseUrl}/domains` : req.originalUrl);
    },
  });

  addTrialRoutes(routes, pages, parts.trials);

  routes.get('/domains/:domain/mail-settings', 'domain-mail.view', form.show);
  routes.post('/domains/:domain/mail-settings', 'domain-mail.change', form.submit);

  routes.get('/domains/:domain/mail-settings/relays', 'domain-mail.change', async (req, res) => {
    const { t } = languageOf(req);
    const found = await domainMail.suggestRelays(req.viewer, domainIn(req), typedIn(req));
    const shown = found.map(({ name, note, refusal }) => ({
      name,
      note: refusal === undefined ? note : t(refusal.key, refusal.args),
    }));
    answerSuggestions(req, res, shown);
  });

  routes.get('/domains/:domain/mail-exchangers', 'domain-mail.view', async (req, res) => {
    const page = await domainMail.page(req.viewer, domainIn(req));
    pages.show(req, res, 'domain-mail/exchangers', contentOf(page, req));
  });
  routes.post('/domains/:domain/mail-exchangers/lookup', 'domain-mail.view', async (req, res) => {
    const { domain } = await domainMail.page(req.viewer, domainIn(req));
    await exchangerRecords.check(domain);
    res.redirect(303, `${req.baseUrl}/domains/${domain.name}/mail-exchangers`);
  });
}

function contentOf(page: DomainMailPage, req: Request): PageContent {
  const { t } = languageOf(req);
  return {
    ...page,
    title: t('domain-mail.title'),
    section: 'domains',
    tab: 'domain-mail',
    unreceived: unreceivedSentences(page.receiving, languageOf(req)),
    policies,
    queueLifetime,
    isMisled: isMisled(page.exchangers.kind, page.settings.enabled),
    planChange: planChangeText(page.plan, req.viewer, languageOf(req)),
    effectiveText: (limit: Effective) => effectiveText(limit, 'per-hour', languageOf(req)),
    mayChange: req.viewer.permissions.has('domain-mail.change'),
    mayChoose: (key: string) => mayChoose(req.viewer, key),
    mayRelay: req.viewer.permissions.has('domain-mail.relay'),
    maySeeServers: req.viewer.permissions.has('smtp-servers.view'),
    mayUseInternal: req.viewer.permissions.has('domain-mail.internal'),
  };
}

/** Says that the settings are saved and, when they switched the mail service off, what receives no mail now. */
function leaveSaved(req: Request, res: Response, unreceived: Unreceived | undefined): void {
  const { ascii, unicode: subject } = DomainName.parse(domainIn(req));
  const sentences = fitting(unreceivedSentences(unreceived ?? {}, languageOf(req)));
  if (sentences.length === 0) {
    leaveNotice(req, res, 'domain-mail.notice-saved', subject);
    return;
  }
  leaveNoticeAndNext(req, res, {
    key: 'domain-mail.notice-switched-off',
    args: { subject, unreceived: sentences.join(' ') },
    next: {
      key: 'domain-mail.next.mailboxes',
      path: `/domains/${ascii}/mailboxes?status=active`,
    },
  });
}

/** The first sentences that fit in the cookie of a notice, also with the longest addresses. */
function fitting(sentences: readonly string[]): readonly string[] {
  const most = 2500;
  const lengths = sentences.map((each) => encodeURIComponent(each).length);
  return sentences.filter(
    (_, index) => lengths.slice(0, index + 1).reduce((sum, each) => sum + each, 0) <= most,
  );
}

/** Form values: the settings, and for other policies the texts typed last. */
function valuesOf({ settings, kept, version, domain, relay }: DomainMailPage): FormValues {
  const { unknown } = settings;
  return {
    ...shownTexts({ domain, kept, unknown }),
    version: String(version),
    mailEnabled: settings.enabled ? '1' : '',
    policy: unknown.policy,
    webmail: settings.webmail ?? '',
    relay: relay.name,
    ...ownLimitValues(settings.limitPerHour),
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
