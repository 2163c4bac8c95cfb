import type { Database } from '../../database/database.js';
import { addExportedTable } from '../../exports/exported-table.js';
import { addActions } from '../../previews/routes.js';
import { formHandlers } from '../../web/forms.js';
import { idIn } from '../../web/ids.js';
import { leaveNotice, leaveNoticeAndNext } from '../../web/notices.js';
import { type Pages, languageOf } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import type { WebmailFeatures } from './create.js';
import { contentOf, typedIn, unshown } from './form-content.js';
import { noticeAfter, webmailValues } from './forms.js';
import { webmailTable } from './table.js';
import type { Webmails } from './webmails.js';

const permission = 'webmail.manage';
const list = '/webmail';
const one = `${list}/:id`;

export function addWebmailRoutes(
  routes: RouteTable,
  pages: Pages,
  {
    db,
    webmails,
    actionsOnWebmails: offered,
    previews,
  }: WebmailFeatures & {
    readonly db: Database;
  },
): void {
  const add = { path: `${list}/new`, permission };
  const around = async () => ({ content: { add } });
  const shown = { path: list, permission, table: webmailTable, offered, around };
  addExportedTable(routes, { db, pages }, shown);
  addActions(routes, { pages, previews }, shown, offered);
  addCreation(routes, pages, webmails);
  addEditing(routes, pages, webmails);
  addRemoval(routes, pages, webmails);
}

function addCreation(routes: RouteTable, pages: Pages, webmails: Webmails): void {
  const form = formHandlers(pages, {
    view: 'webmail/new',
    ...unshown,
    load: async () => {},
    content: (_nothing, req) => contentOf(undefined, languageOf(req).t('webmail.new')),
    values: () => webmailValues(undefined),
    async submit(req, res) {
      const { typed, picture } = await typedIn(req, (viewer, wanted) =>
        webmails.create(viewer, wanted),
      );
      await webmails.create(req.viewer, typed, picture);
      leaveNoticeAndNext(req, res, {
        key: noticeAfter('created', typed.address),
        args: { subject: typed.name },
        ...(req.viewer.permissions.has('plans.manage') && {
          next: { key: 'webmail.next.plans', path: '/plans' },
        }),
      });
      res.redirect(303, req.baseUrl + list);
    },
  });
  routes.get(`${list}/new`, permission, form.show);
  routes.postFile(`${list}/new`, permission, form.submit);
}

function addEditing(routes: RouteTable, pages: Pages, webmails: Webmails): void {
  const form = formHandlers(pages, {
    view: 'webmail/edit',
    ...unshown,
    load: (req) => webmails.page(idIn(req)),
    content: (page) => contentOf(page, page.webmail.name),
    values: ({ webmail }) => webmailValues(webmail),
    async submit(req, res) {
      const { typed, picture } = await typedIn(req, (viewer, wanted) =>
        webmails.change(viewer, idIn(req), wanted),
      );
      await webmails.change(req.viewer, idIn(req), typed, picture);
      leaveNotice(req, res, noticeAfter('saved', typed.address), typed.name);
      res.redirect(303, req.baseUrl + list);
    },
  });
  routes.get(one, permission, form.show);
  routes.postFile(one, permission, form.submit);
}

function addRemoval(routes: RouteTable, pages: Pages, webmails: Webmails): void {
  const form = formHandlers(pages, {
    view: 'webmail/removal',
    load: (req) => webmails.removalOf(req.viewer, idIn(req)),
    content: (removed, req) => ({
      section: 'webmail',
      title: languageOf(req).t('webmail.removal.title', { name: removed.webmail.name }),
      ...removed,
    }),
    async submit(req, res) {
      const { name } = await webmails.remove(req.viewer, idIn(req));
      leaveNotice(req, res, 'webmail.notice-removed', name);
      res.redirect(303, req.baseUrl + list);
    },
  });
  routes.get(`${one}/removal`, permission, form.show);
  routes.post(`${one}/removal`, permission, form.submit);
}
