import type { Request, Response } from 'express';
import { readable } from '../../addresses/index.js';
import { ConflictError, InvalidInputError } from '../../errors.js';
import { waitedForMs } from '../../connecting/deadline.js';
import { outcomeSentences } from '../../sending/outcome-sentences.js';
import { formHandlers } from '../../web/forms.js';
import type { Language } from '../../web/locale.js';
import { leaveNotice } from '../../web/notices.js';
import { type PageContent, type Pages, languageOf } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import type { PanelMailFeatures } from './create.js';
import { choiceValues, parseChoice, parseTrial } from './forms.js';
import type { PanelMailPage } from './panel-mail-settings.js';
import { type ChoosableServer, type PanelMailChoice, digestOfChoice } from './store.js';
import type { MailTrial } from './trials.js';

const permission = 'settings.manage';
const path = '/settings/panel-mail';
const section = 'settings';

export function addPanelMailRoutes(
  routes: RouteTable,
  pages: Pages,
  parts: PanelMailFeatures,
): void {
  addChoice(routes, pages, parts);
  addTrial(routes, pages, parts);
}

function addChoice(
  routes: RouteTable,
  pages: Pages,
  { panelMailSettings: settings }: PanelMailFeatures,
): void {
  const form = formHandlers(pages, {
    view: 'panel-mail/choice',
    load: () => settings.page(),
    content: (page, req) => ({ ...page, ...choiceContent(page, req) }),
    values: ({ choice }) => ({ version: digestOfChoice(choice), ...choiceValues(choice) }),
    async submit(req, res) {
      const body: { version?: unknown } = req.body ?? {};
      await settings.change(req.viewer, parseChoice(body), String(body.version));
      leaveNotice(req, res, 'panel-mail.notice-saved');
      res.redirect(303, req.baseUrl + path);
    },
  });
  routes.get(path, permission, form.show);
  routes.post(path, permission, form.submit);
}

function choiceContent({ servers, choice, hindrance }: PanelMailPage, req: Request): PageContent {
  const language = languageOf(req);
  const { t } = language;
  const offered = servers.map(({ id, title, host, port }) => ({
    value: String(id),
    text: t('panel-mail.through', { title, host: readable(host), port: String(port) }),
  }));
  const chosen = String(choice.serverId ?? '');
  const isOffered = chosen === '' || offered.some(({ value }) => value === chosen);
  return {
    title: t('panel-mail.title'),
    section,
    hindrance: hindrance && outcomeSentences(hindrance, language),
    through: throughWhat(choice, servers, language),
    ways: [
      { value: 'none', text: t('panel-mail.ways.none') },
      { value: 'mail-host', text: t('panel-mail.ways.mail-host') },
      ...offered,
      ...(isOffered ? [] : [{ value: chosen, text: t('panel-mail.unusable') }]),
    ],
  };
}

function throughWhat(
  { way, serverId }: PanelMailChoice,
  servers: readonly ChoosableServer[],
  { t }: Language,
): string | undefined {
  const server = servers.find(({ id }) => id === serverId);
  return way === 'mail-host'
    ? t('panel-mail.through-mail-host')
    : server && t('panel-mail.through-server', { title: server.title });
}

function addTrial(
  routes: RouteTable,
  pages: Pages,
  { panelMailSettings: settings, mailTrials }: PanelMailFeatures,
): void {
  const show = async (req: Request, res: Response, given: Shown = {}): Promise<void> => {
    const language = languageOf(req);
    const { trial, refused } = given;
    const own = await settings.addressOf(req.viewer);
    const body: { to?: unknown } = req.body ?? {};
    res.status(refused?.status ?? 200);
    pages.show(req, res, 'panel-mail/trial', {
      title: language.t('panel-mail.trial.title'),
      section,
      canSend: await settings.canSend(),
      mostSeconds: waitedForMs / 1000,
      values: { to: typeof body.to === 'string' ? body.to : (own ?? '') },
      errors: refused instanceof InvalidInputError ? refused.fields : {},
      conflict: refused instanceof ConflictError ? refused : undefined,
      trial,
      sentences: trial && outcomeSentences(trial.outcome, language),
    });
  };
  routes.get(`${path}/trial`, permission, (req, res) => show(req, res));
  routes.post(`${path}/trial`, permission, async (req, res) => {
    try {
      const to = parseTrial(req.body);
      await show(req, res, { trial: await mailTrials.send(req.viewer, to, languageOf(req)) });
    } catch (error) {
      if (!(error instanceof InvalidInputError || error instanceof ConflictError)) {
        throw error;
      }
      await show(req, res, { refused: error });
    }
  });
}

interface Shown {
  readonly trial?: MailTrial;
  readonly refused?: InvalidInputError | ConflictError;
}
