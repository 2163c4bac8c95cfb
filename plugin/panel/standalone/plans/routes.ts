import type { Request } from 'express';
import type { Database } from '../../../database/database.js';
import type { Permission } from '../../../manifest.js';
import { addExportedTable } from '../../../exports/exported-table.js';
import { permissionText } from '../../../viewing/permissions.js';
import type { Viewer } from '../../../viewing/viewer.js';
import { parseWithRules } from '../../../web/all-errors.js';
import { formHandlers } from '../../../web/forms.js';
import { idIn } from '../../../web/ids.js';
import { leaveNotice } from '../../../web/notices.js';
import { type PageContent, type Pages, languageOf } from '../../../web/pages.js';
import type { RouteTable } from '../../../web/route-table.js';
import type { Webmail } from '../../directory/webmail.js';
import { type Includable, type PlanForm, parsePlanForm, planValues } from './forms.js';
import { plannedOf } from './planned.js';
import type { Plans } from './plans.js';
import { planTable } from './table.js';

interface PlanParts {
  readonly db: Database;
  readonly plans: Plans;
  readonly declared: readonly Permission[];
}

type Rehearse = (viewer: Viewer, typed: PlanForm) => Promise<unknown>;

const permission = 'plans.manage';

export function addPlanRoutes(routes: RouteTable, pages: Pages, parts: PlanParts): void {
  const { plans } = parts;
  const add = { path: '/plans/new', permission };
  const around = async () => ({ content: { add } });
  const list = { path: '/plans', permission, table: planTable, around };
  addExportedTable(routes, { db: parts.db, pages }, list);

  addForms(routes, pages, parts);
  addRemoval(routes, pages, plans);
}

function addForms(routes: RouteTable, pages: Pages, { plans, declared }: PlanParts): void {
  const permissions = plannedOf(declared);
  const shared = {
    section: 'plans',
    permissions: permissions.map((id) => ({ id, text: permissionText(id) })),
  };
  const includable = (webmails: readonly Webmail[]): Includable => ({
    permissions,
    webmails: webmails.map(({ key }) => key),
  });
  const typedIn = async (req: Request, rehearse: Rehearse): Promise<PlanForm> => {
    const all = includable(await plans.webmails());
    const parse = (body: unknown): PlanForm => parsePlanForm(body, all);
    return await parseWithRules(req, { parse, standIns: { name: 'x' }, rehearse });
  };

  const creation = formHandlers(pages, {
    view: 'plans/plan',
    load: async () => ({ webmails: await plans.webmails() }),
    content: (page, req) => ({ ...shared, ...page, title: languageOf(req).t('plans.new') }),
    values: ({ webmails }) => planValues(undefined, includable(webmails)),
    async submit(req, res) {
      const form = await typedIn(req, (viewer, typed) => plans.create(viewer, typed));
      await plans.create(req.viewer, form);
      leaveNotice(req, res, 'plans.notice-saved', form.plan.name);
      res.redirect(303, `${req.baseUrl}/plans`);
    },
  });
  routes.get('/plans/new', permission, creation.show);
  routes.post('/plans/new', permission, creation.submit);

  const change = formHandlers(pages, {
    view: 'plans/plan',
    load: async (req) => ({
      plan: await plans.find(idIn(req)),
      webmails: await plans.webmails(),
    }),
    content: (page) => ({ ...shared, ...page, title: page.plan.name }),
    values: ({ plan, webmails }) => planValues(plan, includable(webmails)),
    async submit(req, res) {
      const form = await typedIn(req, (viewer, typed) => plans.change(viewer, idIn(req), typed));
      await plans.change(req.viewer, idIn(req), form);
      leaveNotice(req, res, 'plans.notice-saved', form.plan.name);
      res.redirect(303, `${req.baseUrl}/plans`);
    },
  });
  routes.get('/plans/:id', permission, change.show);
  routes.post('/plans/:id', permission, change.submit);
}

function addRemoval(routes: RouteTable, pages: Pages, plans: Plans): void {
  const removal = formHandlers(pages, {
    view: 'plans/removal',
    load: async (req) => ({
      plan: await plans.find(idIn(req)),
      accounts: await plans.countAccounts(idIn(req)),
    }),
    content: ({ plan, accounts }, req): PageContent => ({
      title: languageOf(req).t('plans.removal.title', { name: plan.name }),
      section: 'plans',
      plan,
      accounts,
    }),
    async submit(req, res) {
      const { name } = await plans.find(idIn(req));
      await plans.remove(req.viewer, idIn(req));
      leaveNotice(req, res, 'plans.notice-removed', name);
      res.redirect(303, `${req.baseUrl}/plans`);
    },
  });
  routes.get('/plans/:id/removal', permission, removal.show);
  routes.post('/plans/:id/removal', permission, removal.submit);
}
