import { formHandlers, parseForm } from '../../web/forms.js';
import { leaveNotice } from '../../web/notices.js';
import { type Pages, languageOf } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import { ownPasswordForm } from './forms.js';
import type { OwnMailbox } from './own-mailbox.js';
import { passwordLength } from '../../secrets/password-strength.js';

export function addOwnMailboxRoutes(
  routes: RouteTable,
  pages: Pages,
  { ownMailbox }: { readonly ownMailbox: OwnMailbox },
): void {
  const form = formHandlers(pages, {
    view: 'own-mailbox/index',
    secrets: ['password'],
    load: (req) => ownMailbox.page(req.viewer),
    content: (page, req) => ({
      title: languageOf(req).t('own-mailbox.title'),
      section: 'own-mailbox',
      ...page,
      passwordLength,
    }),
    async submit(req, res) {
      const passwords = parseForm(ownPasswordForm, req.body);
      await ownMailbox.changePassword(req.viewer, passwords, req.sessionID);
      leaveNotice(req, res, 'own-mailbox.notice-password');
      res.redirect(303, `${req.baseUrl}/mailbox`);
    },
  });
  routes.get('/mailbox', 'own-mailbox.view', form.show);
  routes.post('/mailbox/password', 'own-mailbox.view', form.submit);
}
