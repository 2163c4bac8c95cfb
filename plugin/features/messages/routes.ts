import type { Request } from 'express';
import type { Database } from '../../database/database.js';
import { addExportedTable } from '../../exports/exported-table.js';
import { formHandlers } from '../../web/forms.js';
import { idIn } from '../../web/ids.js';
import { leaveNotice } from '../../web/notices.js';
import { type PageContent, type Pages, languageOf } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import { type SendingService, listServices } from '../smtp-servers/index.js';
import { canBeCancelled, canBeSentAgain, panelService, periods, shownState } from './message.js';
import type { MessagePage, Messages } from './messages.js';
import { messageTable } from './table.js';
import {
  cancelledNotice,
  fieldLabel,
  outcomeSentence,
  partlySentence,
  recipientCell,
  serviceLabel,
  stateCell,
} from './labels.js';

interface Parts {
  readonly db: Database;
  readonly messages: Messages;
}

const one = '/messages/:id';

/** The outbox. */
export function addMessageRoutes(routes: RouteTable, pages: Pages, parts: Parts): void {
  const { db, messages } = parts;
  addExportedTable(
    routes,
    { db, pages },
    {
      path: '/messages',
      permission: 'messages.view',
      table: messageTable,
    },
  );

  const message = formHandlers(pages, {
    view: 'messages/message',
    load: async (req) => ({
      page: await messages.page(req.viewer, idIn(req)),
      content: await messages.text(req.viewer, idIn(req)),
      services: await listServices(db),
    }),
    content: ({ page, content, services }, req) => ({
      ...pageContent(page, req),
      content,
      isPanels: page.message.service === panelService,
      service: serviceLabel(serviceOf(page, services), languageOf(req)),
    }),
    async submit(req, res) {
      const cancelled = await messages.cancel(req.viewer, idIn(req));
      leaveNotice(req, res, cancelledNotice(cancelled), cancelled.subject);
      res.redirect(303, `${req.baseUrl}/messages/${cancelled.id}`);
    },
  });
  routes.get(one, 'messages.view', message.show);
  routes.post(`${one}/cancellation`, 'messages.send', message.submit);

  addSendingAgain(routes, pages, messages);
}

function addSendingAgain(routes: RouteTable, pages: Pages, messages: Messages): void {
  const sending = formHandlers(pages, {
    view: 'messages/sending',
    load: (req) => messages.page(req.viewer, idIn(req)),
    content: pageContent,
    async submit(req, res) {
      const { id, subject } = await messages.sendAgain(req.viewer, idIn(req));
      leaveNotice(req, res, 'messages.notice-queued', subject);
      res.redirect(303, `${req.baseUrl}/messages/${id}`);
    },
  });
  routes.get(`${one}/sending`, 'messages.send', sending.show);
  routes.post(`${one}/sending`, 'messages.send', sending.submit);
}

function serviceOf(
  { message: { service: key } }: MessagePage,
  services: readonly SendingService[],
): SendingService {
  return services.find((each) => each.key === key) ?? { key, names: undefined };
}

function pageContent(page: MessagePage, req: Request): PageContent {
  const language = languageOf(req);
  const hasAll = page.recipients.every(({ state }) => state === 'accepted');
  const shown = shownState(page.message.state, hasAll);
  const maySend = req.viewer.permissions.has('messages.send');
  return {
    ...page,
    periods,
    title: page.message.subject,
    section: 'messages',
    state: stateCell(shown, language),
    shown,
    partly: shown === 'partly-sent' ? partlySentence(page, language) : undefined,
    canBeCancelled: maySend && canBeCancelled(page.message),
    canBeSentAgain: maySend && canBeSentAgain(page.message),
    recipients: page.recipients.map((each) => ({
      ...each,
      fieldLabel: fieldLabel(each.field, language),
      cell: recipientCell(each.state, language),
    })),
    attempts: page.attempts.map((each) => ({
      ...each,
      sentence: each.outcome && outcomeSentence(each.outcome, language),
    })),
    sentence: page.message.outcome && outcomeSentence(page.message.outcome, language),
  };
}
