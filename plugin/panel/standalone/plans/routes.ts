import { addExportedTable } from '../../../exports/exported-table.js';
import { formHandlers } from '../../../web/forms.js';
import { idIn } from '../../../web/ids.js';
import { leaveNotice } from '../../../web/notices.js';
import { type PageContent, type Pages, languageOf } from '../../../web/pages.js';
import type { RouteTable } from '../../../web/route-table.js';
import { type PlanParts, addPlanForms } from './form-routes.js';
import type { Plans } from './plans.js';
import { planTable } from './table.js';

const permission = 'plans.manage';

export function addPlanRoutes(routes: RouteTable, pages: Pages, parts: PlanParts): void {
  const add = { path: '/plans/new', permission };
  const around = async () => ({ content: { add } });
  const list = { path: '/plans', permission, table: planTable, around };
  addExportedTable(routes, { db: parts.db, pages }, list);
  addPlanForms(routes, pages, parts);
  addRemoval(routes, pages, parts.plans);
}

function addRemoval(routes: RouteTable, pages: Pages, plans: Plans): void {
  const removal = formHandlers(pages, {
    view: 'plans/removal',
    load: async (req) => ({
      plan: await plans.find(req.viewer, idIn(req)),
      accounts: await plans.countAccounts(idIn(req)),
    }),
    content: ({ plan, accounts }, req): PageContent => ({
      title: languageOf(req).t('plans.removal.title', { name: plan.name }),
      section: 'plans',
      plan,
      accounts,
    }),
    async submit(req, res) {
      const { name } = await plans.find(req.viewer, idIn(req));
      await plans.remove(req.viewer, idIn(req));
      leaveNotice(req, res, 'plans.notice-removed', name);
      res.redirect(303, `${req.baseUrl}/plans`);
    },
  });
  routes.get('/plans/:id/removal', permission, removal.show);
  routes.post('/plans/:id/removal', permission, removal.submit);
}
