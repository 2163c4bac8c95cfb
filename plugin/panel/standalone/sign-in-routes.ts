import { promisify } from 'node:util';
import type { Request, Response } from 'express';
import Joi from 'joi';
import { comesFromElsewhere } from '../../web/csrf.js';
import { formHandlers, parseForm } from '../../web/forms.js';
import { setCookie } from '../../web/cookies.js';
import { asLocale } from '../../web/locale.js';
import { type Pages, languageOf } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import { saveSession } from '../../web/sessions.js';
import type { SignIn } from './sign-in.js';
import type { Viewers } from './viewers.js';

const passwordForm = Joi.object<{ login: string; password: string }>({
  login: Joi.string().max(320).required(),
  password: Joi.string().max(1024).required(),
});

interface SignInParts {
  readonly signIn: SignIn;
  readonly viewers: Viewers;
}

export function addSignInRoutes(routes: RouteTable, pages: Pages, parts: SignInParts): void {
  const { signIn } = parts;
  const form = formHandlers(pages, {
    view: 'sign-in/form',
    load: async () => ({}),
    content: (_loaded, req) => ({ title: languageOf(req).t('sign-in.title') }),
    values: () => ({ login: '' }),
    async submit(req, res) {
      const { login, password } = parseForm(passwordForm, req.body);
      await enter(req, res, await signIn.withPassword(login, password, req.ip ?? ''));
    },
  });

  routes.get('/sign-in', 'public', form.show);
  routes.post('/sign-in', 'public', form.submit);

  routes.get('/sign-in/:token', 'public', async (req, res) => {
    if (mayBeAutomatic(req)) {
      showLink(pages, req, res);
      return;
    }
    await enterByLink(parts, pages, req, res);
  });

  routes.post('/sign-in/:token', 'public', (req, res) => enterByLink(parts, pages, req, res));

  routes.post('/sign-out', 'public', (req, res) => {
    req.session.destroy(() => {
      res.clearCookie('relais').redirect(303, `${req.baseUrl}/sign-in`);
    });
  });

  routes.post('/language', 'public', (req, res) => {
    const body: { locale?: unknown } = req.body ?? {};
    const value = asLocale(body.locale) ?? 'en';
    setCookie(req, res, { name: 'relais_locale', value, maxAgeMs: 365 * 24 * 3600 * 1000 });
    res.redirect(303, `${req.baseUrl}/sign-in`);
  });
}

/** A browser that loads ahead, or a link on another site, gets a page with a button: the link works only once. */
function mayBeAutomatic(req: Request): boolean {
  return req.method === 'HEAD' || req.get('sec-purpose') !== undefined || comesFromElsewhere(req);
}

function showLink(pages: Pages, req: Request, res: Response): void {
  pages.show(req, res, 'sign-in/link', {
    title: languageOf(req).t('sign-in.title'),
    token: req.params['token'],
  });
}

async function enterByLink(
  { signIn, viewers }: SignInParts,
  pages: Pages,
  req: Request,
  res: Response,
): Promise<void> {
  const accountId = await signIn.withLink(String(req.params['token']), req.ip ?? '');
  if (accountId === undefined && (await viewers.isSignedIn(req))) {
    res.redirect(303, `${req.baseUrl}/`);
    return;
  }
  if (accountId === undefined) {
    res.status(410);
    pages.show(req, res, 'sign-in/link-used', { title: languageOf(req).t('sign-in.link-used') });
    return;
  }
  await enter(req, res, accountId);
}

/** A new session for whoever signs in, so that nobody can have prepared theirs. */
async function enter(req: Request, res: Response, accountId: number): Promise<void> {
  await promisify(req.session.regenerate.bind(req.session))();
  req.session.accountId = accountId;
  await saveSession(req);
  res.redirect(303, `${req.baseUrl}/`);
}
