import type { Request, Response } from 'express';
import Joi from 'joi';
import { EmailAddress, readable } from '../../addresses/index.js';
import { formHandlers, parseForm, parsedBy } from '../../web/forms.js';
import { leaveNotice } from '../../web/notices.js';
import { type Pages, languageOf } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import type { TestMessages } from './test-messages.js';

const path = '/test-message';

const testMessageForm = Joi.object<{ readonly address: EmailAddress }>({
  address: Joi.string()
    .required()
    .custom(parsedBy((text) => EmailAddress.parse(text))),
});

export function addTestMessageRoutes(
  routes: RouteTable,
  pages: Pages,
  testMessages: TestMessages,
): void {
  const form = formHandlers(pages, {
    view: 'overview/test-message',
    load: () => testMessages.page(),
    content: ({ canSend }, req) => ({
      title: languageOf(req).t('overview.test-message.title'),
      section: 'overview',
      canSend,
    }),
    values: ({ address }) => ({ address: readable(address) }),
    async submit(req, res) {
      const { address } = parseForm(testMessageForm, req.body);
      await testMessages.send(req.viewer, address, languageOf(req).locale);
      leaveNotice(req, res, 'overview.notice-sent', address.toUnicode());
      res.redirect(303, `${req.baseUrl}/`);
    },
  });
  routes.get(path, 'checklist.use', form.show);
  routes.post(path, 'checklist.use', form.submit);
  addArrival(routes, pages, testMessages);
}

/** For the reader of the message, who need not have an account here. */
function addArrival(routes: RouteTable, pages: Pages, testMessages: TestMessages): void {
  const show = (
    req: Request,
    res: Response,
    state: 'asked' | 'recorded',
    address: string | undefined,
  ): void => {
    const key = address === undefined ? 'gone' : state;
    res.status(address === undefined ? 410 : 200);
    pages.show(req, res, 'overview/arrival', {
      title: languageOf(req).t(`overview.arrival.${key}.title`),
      state: key,
      address: readable(address ?? ''),
      token: tokenIn(req),
    });
  };
  routes.get('/arrivals/:token', 'public', async (req, res) => {
    show(req, res, 'asked', await testMessages.open(tokenIn(req)));
  });
  routes.post('/arrivals/:token', 'public', async (req, res) => {
    show(req, res, 'recorded', await testMessages.arrived(tokenIn(req), req.ip ?? ''));
  });
}

function tokenIn(req: Request): string {
  return String(req.params['token']);
}
