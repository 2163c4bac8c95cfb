import { mailText } from '../../panel-mail/kind.js';
import { preferencesPath } from '../../panel-mail/outgoing.js';
import { formHandlers } from '../../web/forms.js';
import { leaveNotice } from '../../web/notices.js';
import { type Pages, languageOf } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import type { PanelMailFeatures } from './create.js';

const permission = 'preferences.change';

/** Under any panel, since mails lead here. */
export function addPreferenceRoutes(
  routes: RouteTable,
  pages: Pages,
  { mailPreferences }: PanelMailFeatures,
): void {
  const form = formHandlers(pages, {
    view: 'panel-mail/preferences',
    load: (req) => mailPreferences.of(req.viewer),
    content: (received, req) => {
      const { t } = languageOf(req);
      return {
        title: t('panel-mail.preferences.title'),
        section: 'preferences',
        kinds: received.map(({ kind }) => ({ key: kind.key, text: t(mailText(kind, 'label')) })),
      };
    },
    values: (received) =>
      Object.fromEntries(received.map(({ kind, isOn }) => [`mail.${kind.key}`, isOn ? '1' : ''])),
    async submit(req, res) {
      const body: object = req.body ?? {};
      const wanted = Object.keys(body).flatMap((name) =>
        name.startsWith('mail.') ? [name.slice('mail.'.length)] : [],
      );
      await mailPreferences.change(req.viewer, new Set(wanted));
      leaveNotice(req, res, 'panel-mail.preferences.notice');
      res.redirect(303, req.baseUrl + preferencesPath);
    },
  });
  routes.get(preferencesPath, permission, form.show);
  routes.post(preferencesPath, permission, form.submit);
}
