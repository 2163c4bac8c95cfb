import { idFrom } from '../../../web/ids.js';
import type { RouteTable } from '../../../web/route-table.js';
import { saveSession } from '../../../web/sessions.js';
import type { Acting } from './acting.js';

export function addActingRoutes(routes: RouteTable, acting: Acting): void {
  routes.post('/acting', 'accounts.act-as', async (req, res) => {
    const body: { account?: unknown } = req.body ?? {};
    const accountId = idFrom(body.account);
    await acting.start(req.viewer, accountId);
    req.session.actingAsId = accountId;
    await saveSession(req);
    res.redirect(303, `${req.baseUrl}/`);
  });

  // The account acted as decides the permissions, but ending is always possible.
  routes.post('/acting/end', 'signed-in', async (req, res) => {
    await acting.end(req.viewer);
    delete req.session.actingAsId;
    await saveSession(req);
    res.redirect(303, `${req.baseUrl}/`);
  });
}
