import type { Permission } from '../../../manifest.js';
import { permissionText } from '../../../viewing/permissions.js';
import { type Pages, languageOf } from '../../../web/pages.js';
import type { RouteTable } from '../../../web/route-table.js';
import { unitOf, valueText } from '../../directory/effective-text.js';
import { type PlanNumber, type PlanNumbers, highestOf, planNumbers } from '../../directory/plan.js';
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
      limitNames: planNumbers,
      valueIn: (numbers: PlanNumbers, name: PlanNumber) =>
        numbers[name] ?? numbers[highestOf(name) ?? name],
      shownLimit: (name: string, value: number | undefined) =>
        valueText(value, unitOf(name), languageOf(req)),
      ...(await ownPlan.page(req.viewer)),
    });
  });
}
