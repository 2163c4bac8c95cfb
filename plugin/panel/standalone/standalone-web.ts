import { sessions } from '../../web/sessions.js';
import type { PanelWeb } from '../panel.js';
import { addAccountRoutes } from './accounts/routes.js';
import { addActingRoutes } from './acting/routes.js';
import { addDomainRoutes } from './domains/routes.js';
import { addOwnPlanRoutes } from './own-plan/routes.js';
import { addPlanRoutes } from './plans/routes.js';
import { addPreferenceRoutes } from './preferences/routes.js';
import { addSignInRoutes } from './sign-in-routes.js';
import type { StandalonePanel, StandaloneParts } from './standalone-panel.js';

/** The standalone panel's sessions and pages. */
export function standaloneWeb(
  { db, manifest, sessionSecret }: StandaloneParts,
  panel: StandalonePanel,
): PanelWeb {
  return {
    middleware: [sessions(db, sessionSecret)],
    signedIn: panel.viewers.signedIn,
    async addRoutes(routes, pages, { previews }) {
      addSignInRoutes(routes, pages, panel);
      addDomainRoutes(routes, pages, panel.domains);
      await addAccountRoutes(routes, pages, { db, accounts: panel.accounts, previews });
      const { plans } = panel;
      addPlanRoutes(routes, pages, { db, plans, previews, declared: manifest.permissions });
      addOwnPlanRoutes(routes, pages, { ownPlan: panel.ownPlan, declared: manifest.permissions });
      addActingRoutes(routes, pages, panel.acting);
      addPreferenceRoutes(routes, pages, panel.preferences);
    },
  };
}
