import type { Request, Response } from 'express';
import { formHandlers } from '../../../web/forms.js';
import { idIn } from '../../../web/ids.js';
import { leaveNotice } from '../../../web/notices.js';
import { type Pages, languageOf } from '../../../web/pages.js';
import type { RouteTable } from '../../../web/route-table.js';
import { linkLifetime } from '../link-lifetime.js';
import type { Accounts } from './accounts.js';
import { named } from './belongings.js';

const permission = 'accounts.manage';

/** Actions on an account, other than changing it. */
export function addAccountActions(routes: RouteTable, pages: Pages, accounts: Accounts): void {
  addSuspension(routes, pages, accounts);
  addRemoval(routes, pages, accounts);

  routes.get('/accounts/:id/sign-in-link', permission, async (req, res) => {
    await accounts.find(req.viewer, idIn(req));
    res.redirect(303, accountUrl(req));
  });
  const showLink = linkPage(pages, accounts);
  routes.post('/accounts/:id/sign-in-link', permission, (req, res) =>
    showLink(req, res, idIn(req)),
  );
}

/** Shows a new link for an account, once: only its digest is stored. */
function linkPage(
  pages: Pages,
  accounts: Accounts,
): (req: Request, res: Response, id: number) => Promise<void> {
  return async (req, res, id) => {
    const account = await accounts.find(req.viewer, id);
    const token = await accounts.createLink(req.viewer, id);
    pages.show(req, res, 'accounts/sign-in-link', {
      title: languageOf(req).t('accounts.link.title', { name: account.name }),
      section: 'accounts',
      account,
      lifetime: linkLifetime,
      link: `${pages.urlFor(req)}sign-in/${token}`,
    });
  };
}

function addSuspension(routes: RouteTable, pages: Pages, accounts: Accounts): void {
  const set = async (req: Request, res: Response, suspended: boolean): Promise<void> => {
    const account = await accounts.find(req.viewer, idIn(req));
    await accounts.setSuspended(req.viewer, account.id, suspended);
    const notice = suspended ? 'accounts.notice-suspended' : 'accounts.notice-resumed';
    leaveNotice(req, res, notice, account.name);
    res.redirect(303, accountUrl(req));
  };
  routes.get('/accounts/:id/suspension', permission, async (req, res) => {
    const account = await accounts.find(req.viewer, idIn(req));
    pages.show(req, res, 'accounts/suspension', {
      title: languageOf(req).t('accounts.suspension.title', { name: account.name }),
      section: 'accounts',
      account,
      dependents: await accounts.dependents(req.viewer, account.id),
    });
  });
  routes.post('/accounts/:id/suspension', permission, (req, res) => set(req, res, true));
  routes.post('/accounts/:id/suspension/end', permission, (req, res) => set(req, res, false));
}

function addRemoval(routes: RouteTable, pages: Pages, accounts: Accounts): void {
  const removal = formHandlers(pages, {
    view: 'accounts/removal',
    load: async (req) => ({
      account: await accounts.find(req.viewer, idIn(req)),
      belongings: await accounts.belongings(req.viewer, idIn(req)),
    }),
    content: ({ account, belongings }, req) => ({
      title: languageOf(req).t('accounts.removal.title', { name: account.name }),
      section: 'accounts',
      account,
      belongings: {
        domains: named(belongings.domains),
        customers: named(belongings.customers),
        smtpServers: named(belongings.smtpServers),
        plans: named(belongings.plans),
      },
    }),
    async submit(req, res) {
      const account = await accounts.find(req.viewer, idIn(req));
      await accounts.remove(req.viewer, account.id);
      leaveNotice(req, res, 'accounts.notice-removed', account.name);
      res.redirect(303, `${req.baseUrl}/accounts`);
    },
  });
  routes.get('/accounts/:id/removal', permission, removal.show);
  routes.post('/accounts/:id/removal', permission, removal.submit);
}

function accountUrl(req: Request): string {
  return `${req.baseUrl}/accounts/${idIn(req)}`;
}
