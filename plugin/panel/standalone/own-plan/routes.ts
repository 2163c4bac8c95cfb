import type { Permission } from '../../../manifest.js';
import { permissionText } from '../../../viewing/permissions.js';
import { type Pages, languageOf } from '../../../web/pages.js';
import type { RouteTable } from '../../../web/route-table.js';
import { limits } from '../../directory/plan.js';
import { plannedOf } from '../plans/planned.js';
import type { OwnPlan } from './own-plan.js';

export function addOwnPlanRoutes(
  routes: RouteTable,
  pages: Pages,
  { ownPlan, declared }: { readonly ownPlan: OwnPlan; readonly declared: readonly Permission[] },
): void {
  const permissions = plannedOf(declared).map((id) => ({ id, text: permissionText(id) }));
  routes.get('/plan', 'own-plan.view', async (req, res) => {
    pages.show(req, res, 'own-plan/index', {
      title: languageOf(req).t('own-plan.title'),
      section: 'own-plan',
      permissions,
      limitNames: limits,
      ...(await ownPlan.page(req.viewer)),
    });
  });
}
