import type { Request } from 'express';
import type { Database } from '../../database/database.js';
import { addExportedTable } from '../../exports/exported-table.js';
import { addActions } from '../../previews/routes.js';
import { heldIn, removalPath } from '../../removals/removal.js';
import type { List } from '../../tables/list.js';
import { formHandlers } from '../../web/forms.js';
import { idIn } from '../../web/ids.js';
import { leaveNotice } from '../../web/notices.js';
import { type PageContent, type Pages, languageOf } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import type { RemovedFeatures } from './create.js';
import type { RemovedPage, RemovedThings } from './removed-things.js';
import { restoredNotice } from './restored-notice.js';
import { type RemovedListRow, removedTable } from './table.js';
import { actorOf, heldOf, kindOf } from './words.js';

const one = '/removed/:id';

/** The list of removed items, and the page of each, which restores it or removes it for good. */
export function addRemovedRoutes(
  routes: RouteTable,
  pages: Pages,
  { db, removedThings: things, ...parts }: RemovedFeatures & { readonly db: Database },
): void {
  const list: List<RemovedListRow> = {
    path: '/removed',
    permission: 'removed.view',
    table: removedTable,
    offered: parts.actionsOnRemoved,
  };
  addExportedTable(routes, { db, pages }, list);
  addActions(routes, { pages, previews: parts.previews }, list, parts.actionsOnRemoved);
  addRestoration(routes, pages, things);
  addErasure(routes, pages, things);
}

function addRestoration(routes: RouteTable, pages: Pages, things: RemovedThings): void {
  const form = formHandlers(pages, {
    view: 'removed/thing',
    load: (req) => things.page(req.viewer, idIn(req)),
    content: contentOf,
    async submit(req, res) {
      const restored = await things.restore(req.viewer, idIn(req));
      const { key, args } = restoredNotice(restored, languageOf(req));
      leaveNotice(req, res, key, args);
      res.redirect(303, `${req.baseUrl}/removed`);
    },
  });
  routes.get(one, 'removed.view', form.show);
  routes.post(`${one}/restoration`, 'removed.manage', form.submit);
}

function addErasure(routes: RouteTable, pages: Pages, things: RemovedThings): void {
  const form = formHandlers(pages, {
    view: 'removed/erasure',
    load: (req) => things.page(req.viewer, idIn(req)),
    content: contentOf,
    async submit(req, res) {
      const { title } = await things.erase(req.viewer, idIn(req));
      leaveNotice(req, res, 'removed.notice-erased', title);
      res.redirect(303, `${req.baseUrl}/removed`);
    },
  });
  routes.get(`${one}/erasure`, 'removed.manage', form.show);
  routes.post(`${one}/erasure`, 'removed.manage', form.submit);
}

function contentOf(
  { row, refusal, left, parts, mayManage }: RemovedPage,
  req: Request,
): PageContent {
  const language = languageOf(req);
  return {
    title: row.title,
    section: 'removed',
    row,
    refusal,
    left,
    mayManage,
    parts: parts.map(({ id, title }) => ({ title, path: removalPath(id) })),
    lostBy: new Set((heldIn(row).lost ?? []).map(({ aliasId }) => aliasId)).size,
    kind: kindOf(row, language),
    held: heldOf(row, language),
    actor: actorOf(row, language),
  };
}
