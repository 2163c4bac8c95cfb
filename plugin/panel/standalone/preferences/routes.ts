import type { Request, Response } from 'express';
import { passwordLength } from '../../../secrets/password-strength.js';
import { setCookie } from '../../../web/cookies.js';
import { formHandlers, parseForm } from '../../../web/forms.js';
import { locales } from '../../../web/locale.js';
import { leaveNotice } from '../../../web/notices.js';
import { pageBehind } from '../../../web/own-locations.js';
import { type Pages, languageOf } from '../../../web/pages.js';
import type { RouteTable } from '../../../web/route-table.js';
import { themes } from '../../../viewing/viewer.js';
import { type AppearanceForm, appearanceForm, passwordForm, profileForm } from './forms.js';
import { mayChangeProfile } from './own-profile.js';
import type { Preferences } from './preferences.js';

const permission = 'preferences.change';

export function addPreferenceRoutes(
  routes: RouteTable,
  pages: Pages,
  preferences: Preferences,
): void {
  const profile = formHandlers(pages, {
    view: 'preferences/index',
    load: async (req) => ({
      ...(await preferences.account(req.viewer)),
      hasPassword: await preferences.hasPassword(req.viewer),
    }),
    content: ({ hasPassword, ...account }, req) => ({
      title: languageOf(req).t('preferences.title'),
      account,
      hasPassword,
      locales,
      themes,
      mayChangeProfile: mayChangeProfile(req.viewer),
    }),
    values: ({ version, name, email, locale, theme }) => ({
      version: String(version),
      name,
      email,
      locale: locale ?? '',
      theme,
    }),
    async submit(req, res) {
      const appearance = await changeFrom(preferences, req);
      followBrowser(req, res, appearance);
      leaveNotice(req, res, 'preferences.notice-saved');
      res.redirect(303, `${req.baseUrl}/preferences`);
    },
  });
  routes.get('/preferences', permission, profile.show);
  routes.post('/preferences', permission, profile.submit);

  routes.post('/preferences/appearance', permission, async (req, res) => {
    const form = parseForm(appearanceForm, req.body);
    await preferences.changeAppearance(req.viewer, form);
    followBrowser(req, res, form);
    res.redirect(303, req.baseUrl + pageBehind(req));
  });

  addPasswordRoutes(routes, pages, preferences);
}

function addPasswordRoutes(routes: RouteTable, pages: Pages, preferences: Preferences): void {
  const password = formHandlers(pages, {
    view: 'preferences/password',
    secrets: ['password'],
    load: async (req) => ({ hasPassword: await preferences.hasPassword(req.viewer) }),
    content: ({ hasPassword }, req) => ({
      title: languageOf(req).t(
        hasPassword ? 'preferences.password.title' : 'preferences.first.title',
      ),
      hasPassword,
      passwordLength,
    }),
    async submit(req, res) {
      const form = parseForm(passwordForm, req.body);
      const isFirst = !(await preferences.hasPassword(req.viewer));
      await preferences.changePassword(req.viewer, form, req.sessionID);
      leaveNotice(req, res, `preferences.${isFirst ? 'notice-first' : 'notice-password'}`);
      // The first one is a step of the first page.
      res.redirect(303, `${req.baseUrl}${isFirst ? '/' : '/preferences'}`);
    },
  });
  routes.get('/preferences/password', permission, async (req, res) => {
    if (mayChangeProfile(req.viewer)) {
      await password.show(req, res);
      return;
    }
    res.redirect(303, `${req.baseUrl}/preferences`);
  });
  routes.post('/preferences/password', permission, password.submit);
}

async function changeFrom(preferences: Preferences, req: Request): Promise<AppearanceForm> {
  if (!mayChangeProfile(req.viewer)) {
    const form = parseForm(appearanceForm, req.body);
    await preferences.changeAppearance(req.viewer, form);
    return form;
  }
  const form = parseForm(profileForm, req.body);
  await preferences.changeProfile(req.viewer, form);
  return form;
}

/** Otherwise the cookie of a visitor's choice would take precedence over the browser's. */
function followBrowser(req: Request, res: Response, { locale }: AppearanceForm): void {
  if (locale === '') {
    setCookie(req, res, { name: 'relais_locale', value: '', maxAgeMs: 0 });
  }
}
