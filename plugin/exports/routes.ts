import type { Database } from '../database/database.js';
import { signedInAccount } from '../viewing/viewer.js';
import { type Pages, languageOf } from '../web/pages.js';
import type { RouteTable } from '../web/route-table.js';
import { ExportStore } from './export-store.js';
import { paceLimits } from './pace.js';
import { leastToKeepPlace } from './places.js';

/** Progress of the viewer's own exports, and their cancellation. */
export function addExportRoutes(routes: RouteTable, pages: Pages, db: Database): void {
  const store = new ExportStore(db);
  routes.get('/exports/:id', 'signed-in', async (req, res) => {
    const progress = await store.find(signedInAccount(req.viewer), String(req.params['id']));
    const { t, number } = languageOf(req);
    pages.show(req, res, 'exports/progress', {
      title: t('exports.progress.title'),
      progress,
      done: number(progress.rowsDone),
      total: number(progress.rowsTotal),
      least: number(paceLimits.leastBytes / 1000),
      keep: number(leastToKeepPlace / 1000),
    });
  });

  routes.post('/exports/:id/cancellation', 'signed-in', async (req, res) => {
    const id = String(req.params['id']);
    await store.cancel(signedInAccount(req.viewer), id);
    res.redirect(303, `${req.baseUrl}/exports/${id}`);
  });
}
