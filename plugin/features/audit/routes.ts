import type { Request } from 'express';
import type { Database } from '../../database/database.js';
import { addExportedTable } from '../../exports/exported-table.js';
import type { AroundTable } from '../../tables/list.js';
import type { Table } from '../../tables/table.js';
import { previewPath } from '../../previews/preview.js';
import { idIn } from '../../web/ids.js';
import { type Pages, languageOf } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import type { ActRow } from './act.js';
import { type ShownAct, shownAct } from './act-page.js';
import type { Acts } from './acts.js';
import type { EntryRow, LabelledThings } from './entry.js';
import type { Keeping } from './seals/keeping.js';
import type { Undoing } from './undoing.js';

export interface AuditFeatures {
  readonly auditTable: Table<ActRow>;
  readonly actTable: Table<EntryRow>;
  readonly acts: Acts;
  readonly auditedThings: LabelledThings;
  readonly sealing: Keeping;
  readonly undoing: Undoing;
}

/** The activity log, and the page of an act with its entries. */
export function addAuditRoutes(
  routes: RouteTable,
  pages: Pages,
  { db, ...audit }: AuditFeatures & { readonly db: Database },
): void {
  const permission = 'audit.view';
  addExportedTable(routes, { db, pages }, { path: '/audit', permission, table: audit.auditTable });
  addExportedTable(
    routes,
    { db, pages },
    {
      path: '/audit/:id',
      permission,
      table: audit.actTable,
      around: (req) => aroundAct(req, audit),
    },
  );
  routes.post('/audit/:id/undo', permission, async (req, res) => {
    const preview = await audit.undoing.prepare(req.viewer, idIn(req));
    res.redirect(303, req.baseUrl + previewPath(preview));
  });
}

async function aroundAct(
  req: Request,
  { acts, undoing, auditedThings: things }: AuditFeatures,
): Promise<AroundTable> {
  const { scope } = req.viewer;
  const language = languageOf(req);
  const found = await acts.find(scope, idIn(req));
  const summary = await acts.summary(scope, found.act);
  const act: ShownAct = shownAct(req.viewer, { ...found, summary }, { language, things });
  return {
    parent: { id: found.act.id, name: act.subject },
    content: {
      section: 'audit',
      act,
      undone: await undoing.undoneWith(req.viewer, found.act),
    },
  };
}
