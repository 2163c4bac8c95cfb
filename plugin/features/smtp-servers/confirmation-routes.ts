import type { Request, Response } from 'express';
import { readable } from '../../addresses/index.js';
import { idIn } from '../../web/ids.js';
import { languageFor } from '../../web/locale.js';
import { leaveNotice } from '../../web/notices.js';
import { type Pages, languageOf } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import { outcomeSentences } from '../../sending/outcome-sentences.js';
import { confirmationLabel, confirmationStatus } from './confirmation-label.js';
import { type Confirmations, type OpenedLink, confirmationHours } from './confirmations.js';
import type { SmtpFeatures } from './create.js';

export function addConfirmationRoutes(routes: RouteTable, pages: Pages, parts: SmtpFeatures): void {
  addSending(routes, pages, parts);
  addLink(routes, pages, parts.confirmations);
}

function addSending(
  routes: RouteTable,
  pages: Pages,
  { smtpServers, confirmations }: SmtpFeatures,
): void {
  const path = '/smtp-servers/:id/confirmation';
  const show = async (req: Request, res: Response, reply?: string): Promise<void> => {
    const language = languageOf(req);
    const server = await smtpServers.find(req.viewer, idIn(req));
    const { outcome } = server.confirmation;
    pages.show(req, res, 'smtp-servers/confirmation', {
      title: language.t('smtp-servers.confirmation.title', { title: server.title }),
      section: 'smtp-servers',
      server,
      address: readable(server.address),
      confirmation: {
        status: confirmationStatus[server.confirmation.state],
        text: confirmationLabel({ ...server.confirmation, outcome: undefined }, language),
      },
      reply,
      hours: confirmationHours,
      failure: outcome && outcomeSentences(outcome, language),
      mayManage: req.viewer.permissions.has('smtp-servers.manage'),
    });
  };
  routes.get(path, 'smtp-servers.view', (req, res) => show(req, res));
  routes.post(path, 'smtp-servers.manage', async (req, res) => {
    const { locale } = languageOf(req);
    const { server, failure, reply } = await confirmations.send(req.viewer, idIn(req), locale);
    if (failure === undefined) {
      leaveNotice(req, res, 'smtp-servers.notice-confirmation-sent', readable(server.address));
      res.redirect(303, req.originalUrl);
      return;
    }
    await show(req, res, reply);
  });
}

/** For the reader of the mail, who need not have an account. Only the button confirms. */
function addLink(routes: RouteTable, pages: Pages, confirmations: Confirmations): void {
  const path = '/confirmations/:token';
  const show = (
    req: Request,
    res: Response,
    state: 'asked' | 'confirmed',
    opened: OpenedLink | undefined,
  ): void => {
    const language = opened?.locale === undefined ? languageOf(req) : languageFor(opened.locale);
    const key = opened === undefined ? 'gone' : state;
    res.status(opened === undefined ? 410 : 200);
    pages.show(req, res, `smtp-servers/link-${key}`, {
      title: language.t(`smtp-servers.confirmation.link.${key}.title`),
      language,
      server: opened?.server,
      address: readable(opened?.server.address ?? ''),
      token: tokenIn(req),
    });
  };
  routes.get(path, 'public', async (req, res) => {
    show(req, res, 'asked', await confirmations.open(tokenIn(req)));
  });
  routes.post(path, 'public', async (req, res) => {
    show(req, res, 'confirmed', await confirmations.confirm(tokenIn(req), req.ip ?? ''));
  });
}

function tokenIn(req: Request): string {
  return String(req.params['token']);
}
