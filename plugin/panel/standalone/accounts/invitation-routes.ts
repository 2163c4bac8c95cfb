import type { Request, Response } from 'express';
import { parseForm } from '../../../web/forms.js';
import { idIn } from '../../../web/ids.js';
import { leaveNotice } from '../../../web/notices.js';
import { type Pages, languageOf } from '../../../web/pages.js';
import type { RouteTable } from '../../../web/route-table.js';
import { passwordPath } from '../access/password-path.js';
import { invitationLifetime } from '../link-lifetime.js';
import type { Accounts } from './accounts.js';
import { invitationForm } from './forms.js';
import { nextAfter } from './next-step.js';

const permission = 'accounts.manage';

/** Invites again, which ends the earlier link. */
export function addInvitationRoutes(routes: RouteTable, pages: Pages, accounts: Accounts): void {
  const path = '/accounts/:id/invitation';
  routes.get(path, permission, async (req, res) => {
    const { id } = await accounts.find(req.viewer, idIn(req));
    res.redirect(303, `${req.baseUrl}/accounts/${id}`);
  });
  routes.post(path, permission, async (req, res) => {
    const { way } = parseForm(invitationForm, req.body);
    const { id, email } = await accounts.find(req.viewer, idIn(req));
    if (way === 'hand' || !(await accounts.canMail())) {
      await showInvitation(pages, accounts, 'replaces')(req, res, id);
      return;
    }
    await accounts.invite(req.viewer, id, 'mail');
    leaveNotice(req, res, 'accounts.notice-invited', email);
    res.redirect(303, `${req.baseUrl}/accounts/${id}`);
  });
}

/**
 * Shows the link of a new invitation, once: only its digest is stored.
 *
 * @param others whether it replaces earlier ones.
 */
export function showInvitation(
  pages: Pages,
  accounts: Accounts,
  others: 'replaces' | 'is-first',
): (req: Request, res: Response, id: number) => Promise<void> {
  return async (req, res, id) => {
    const account = await accounts.find(req.viewer, id);
    const token = await accounts.invite(req.viewer, id, 'hand');
    pages.show(req, res, 'accounts/invitation-link', {
      title: languageOf(req).t('accounts.invitation.title', { name: account.name }),
      section: 'accounts',
      account,
      canMail: await accounts.canMail(),
      replacesOthers: others === 'replaces',
      lifetime: invitationLifetime,
      next: nextAfter(account),
      link: pages.urlFor(req) + passwordPath(token).slice(1),
    });
  };
}
