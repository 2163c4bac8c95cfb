import { idFrom, idIn } from '../../../web/ids.js';
import { targetIn } from '../../../web/own-locations.js';
import { type Pages, languageOf } from '../../../web/pages.js';
import type { RouteTable } from '../../../web/route-table.js';
import { saveSession } from '../../../web/sessions.js';
import type { Acting } from './acting.js';

export function addActingRoutes(routes: RouteTable, pages: Pages, acting: Acting): void {
  // After the end of a session, with a form that was filled while acting.
  routes.get('/accounts/:id/acting', 'accounts.act-as', async (req, res) => {
    const other = await acting.other(req.viewer, idIn(req));
    pages.show(req, res, 'accounts/acting-again', {
      title: languageOf(req).t('accounts.acting-again.title', { name: other.name }),
      section: 'accounts',
      account: other,
      to: targetIn(req.query['to']) ?? '/',
    });
  });

  routes.post('/acting', 'accounts.act-as', async (req, res) => {
    const body: { account?: unknown; to?: unknown } = req.body ?? {};
    const accountId = idFrom(body.account);
    await acting.start(req.viewer, accountId);
    req.session.actingAsId = accountId;
    await saveSession(req);
    res.redirect(303, req.baseUrl + (targetIn(body.to) ?? '/'));
  });

  // The account acted as decides the permissions, but ending is always possible.
  routes.post('/acting/end', 'signed-in', async (req, res) => {
    await acting.end(req.viewer);
    delete req.session.actingAsId;
    await saveSession(req);
    res.redirect(303, `${req.baseUrl}/`);
  });
}
