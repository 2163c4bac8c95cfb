import type { Request } from 'express';
import { rehearse } from '../../../changes/rehearsal.js';
import type { Database } from '../../../database/database.js';
import type { Permission } from '../../../manifest.js';
import { previewPath } from '../../../previews/preview.js';
import type { Previews } from '../../../previews/previews.js';
import type { Viewer } from '../../../viewing/viewer.js';
import { parseWithRules } from '../../../web/all-errors.js';
import { formHandlers } from '../../../web/forms.js';
import { idIn } from '../../../web/ids.js';
import { leaveNotice } from '../../../web/notices.js';
import { type Pages, languageOf } from '../../../web/pages.js';
import type { RouteTable } from '../../../web/route-table.js';
import type { Webmail } from '../../directory/webmail.js';
import { planChangeAction } from './change-action.js';
import { type Offering, formContent, newPlanValues } from './form-content.js';
import { type Includable, type PlanForm, parsePlanForm, planValues } from './forms.js';
import { plannedOf } from './planned.js';
import type { Plans } from './plans.js';
import { planTable } from './table.js';

export interface PlanParts {
  readonly db: Database;
  readonly plans: Plans;
  readonly previews: Previews;
  readonly declared: readonly Permission[];
}

const permission = 'plans.manage';

/** The forms of new and of changed plans. */
export function addPlanForms(routes: RouteTable, pages: Pages, parts: PlanParts): void {
  addCreation(routes, pages, parts);
  addChange(routes, pages, parts);
}

function addCreation(routes: RouteTable, pages: Pages, { plans, declared }: PlanParts): void {
  const creation = formHandlers(pages, {
    view: 'plans/plan',
    load: ({ viewer }) => offeringFor(plans, viewer),
    content: (page, req) => ({
      ...formContent(page, plannedOf(declared), languageOf(req)),
      accounts: 0,
      title: languageOf(req).t('plans.new'),
    }),
    values: ({ webmails, own }) => newPlanValues(own, includable(webmails, declared)),
    async submit(req, res) {
      const all = includable(await plans.webmails(), declared);
      const create = (viewer: Viewer, typed: PlanForm): Promise<number> =>
        plans.create(viewer, typed);
      const form = await typedIn(req, all, create);
      await create(req.viewer, form);
      leaveNotice(req, res, 'plans.notice-saved', form.plan.name);
      res.redirect(303, `${req.baseUrl}/plans`);
    },
  });
  routes.get('/plans/new', permission, creation.show);
  routes.post('/plans/new', permission, creation.submit);
}

function addChange(routes: RouteTable, pages: Pages, parts: PlanParts): void {
  const { plans, declared } = parts;
  const change = formHandlers(pages, {
    view: 'plans/plan',
    load: async (req) => ({
      plan: await plans.find(req.viewer, idIn(req)),
      accounts: await plans.countAccounts(idIn(req)),
      ...(await offeringFor(plans, req.viewer)),
    }),
    content: ({ plan, accounts, ...page }, req) => ({
      ...formContent(page, plannedOf(declared), languageOf(req)),
      plan,
      accounts,
      title: plan.name,
    }),
    values: ({ plan, webmails }) => planValues(plan, includable(webmails, declared)),
    async submit(req, res) {
      const id = idIn(req);
      const all = includable(await plans.webmails(), declared);
      const save = (viewer: Viewer, typed: PlanForm): Promise<void> =>
        plans.change(viewer, id, typed);
      const form = await typedIn(req, all, save);
      if ((await plans.countAccounts(id)) > 0) {
        await rehearse(req.viewer, (by) => save(by, { ...form, excess: 'keep' }));
        res.redirect(303, req.baseUrl + (await previewOf(parts, req, form)));
        return;
      }
      await save(req.viewer, form);
      leaveNotice(req, res, 'plans.notice-saved', form.plan.name);
      res.redirect(303, `${req.baseUrl}/plans`);
    },
  });
  routes.get('/plans/:id', permission, change.show);
  routes.post('/plans/:id', permission, change.submit);
}

/** The path of a preview that says for whom the change of a plan changes something. */
async function previewOf(
  { db, plans, previews }: PlanParts,
  req: Request,
  { version, plan, excess }: PlanForm,
): Promise<string> {
  const wanted = JSON.parse(JSON.stringify({ version, plan, excess }));
  const offered = { table: planTable, action: planChangeAction(db, plans.store) };
  const selection = { kind: 'rows', ids: [idIn(req)] } as const;
  const preview = await previews.create(req.viewer, offered, { wanted, selection, list: '/plans' });
  return previewPath(preview);
}

async function offeringFor(plans: Plans, viewer: Viewer): Promise<Offering> {
  return { webmails: await plans.webmails(), own: await plans.ownOf(viewer) };
}

function includable(webmails: readonly Webmail[], declared: readonly Permission[]): Includable {
  return { permissions: plannedOf(declared), webmails: webmails.map(({ key }) => key) };
}

async function typedIn(
  req: Request,
  all: Includable,
  save: (viewer: Viewer, typed: PlanForm) => Promise<unknown>,
): Promise<PlanForm> {
  return await parseWithRules(req, {
    parse: (body) => parsePlanForm(body, all),
    standIns: { name: 'x' },
    rehearse: save,
  });
}
