import { formHandlers } from '../../web/forms.js';
import { leaveNotice } from '../../web/notices.js';
import { type Pages, languageOf } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import { parseSettings, settingTexts } from './forms.js';
import { digestOf } from './setting-values.js';
import type { Settings } from './settings.js';

export function addSettingsRoutes(routes: RouteTable, pages: Pages, settings: Settings): void {
  const form = formHandlers(pages, {
    view: 'settings/index',
    load: () => settings.read(),
    content: (_values, req) => ({
      title: languageOf(req).t('settings.title'),
      section: 'settings',
      declared: settings.declared,
    }),
    values: (values) => ({ version: digestOf(values), ...settingTexts(values) }),
    async submit(req, res) {
      const body: { version?: unknown } = req.body ?? {};
      const values = parseSettings(settings.declared, body);
      await settings.change(req.viewer, values, String(body.version));
      leaveNotice(req, res, 'settings.notice-saved');
      res.redirect(303, `${req.baseUrl}/settings`);
    },
  });
  routes.get('/settings', 'settings.manage', form.show);
  routes.post('/settings', 'settings.manage', form.submit);
}
