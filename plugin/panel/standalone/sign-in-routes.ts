import { promisify } from 'node:util';
import type { Request, Response } from 'express';
import Joi from 'joi';
import { csrfToken } from '../../web/csrf.js';
import type { KeptForms } from '../../web/kept/kept-forms.js';
import { formHandlers, parseForm } from '../../web/forms.js';
import { readCookie, setCookie } from '../../web/cookies.js';
import { asLocale } from '../../web/locale.js';
import { type Pages, languageOf } from '../../web/pages.js';
import { targetIn } from '../../web/own-locations.js';
import type { RouteTable } from '../../web/route-table.js';
import { saveSession } from '../../web/sessions.js';
import { type AccessParts, addAccessRoutes } from './access/routes.js';
import { linkLifetime } from './link-lifetime.js';
import type { SignIn, SignInOrigin } from './sign-in.js';
import type { Viewers } from './viewers.js';

const passwordForm = Joi.object<{ login: string; password: string }>({
  login: Joi.string().max(320).required(),
  password: Joi.string().max(1024).required(),
});

interface SignInParts extends Omit<AccessParts, 'enter'> {
  readonly viewers: Viewers;
}

/** Signs a visitor in by `work`, which opens the session, and leads to the page that was asked for. */
export type Enter = (
  req: Request,
  res: Response,
  work: (from: SignInOrigin) => Promise<number | undefined>,
) => Promise<number | undefined>;

export function addSignInRoutes(routes: RouteTable, pages: Pages, parts: SignInParts): void {
  const { signIn } = parts;
  const enterAgain = backTo(pages.kept);
  const enter = entrance(signIn, enterAgain);
  const form = formHandlers(pages, {
    view: 'sign-in/form',
    load: async (req) => req.query,
    content: ({ because }, req) => ({
      title: languageOf(req).t('sign-in.title'),
      because: reasons.find((reason) => reason === because),
    }),
    values: ({ to }) => ({ login: '', to: targetIn(to) ?? '' }),
    async submit(req, res) {
      const { login, password } = parseForm(passwordForm, req.body);
      await enter(req, res, (from) => signIn.withPassword(login, password, from));
    },
  });

  routes.get('/sign-in', 'public', async (req, res) => {
    const to = targetIn(req.query['to']);
    // Somebody may have signed in in another tab.
    await (to !== undefined && (await parts.viewers.isSignedIn(req))
      ? enterAgain(req, res, to)
      : form.show(req, res));
  });
  routes.post('/sign-in', 'public', form.submit);

  addLink(routes, pages, { ...parts, enter });
  addAccessRoutes(routes, pages, { ...parts, enter });

  routes.post('/sign-out', 'public', async (req, res) => {
    await promisify(req.session.destroy.bind(req.session))();
    res.clearCookie('relais').redirect(303, `${req.baseUrl}/sign-in`);
  });

  routes.post('/language', 'public', (req, res) => {
    const body: { locale?: unknown } = req.body ?? {};
    const value = asLocale(body.locale) ?? 'en';
    setCookie(req, res, { name: 'relais_locale', value, maxAgeMs: 365 * 24 * 3600 * 1000 });
    const to = targetIn(req.body?.to);
    const query = to === undefined ? '' : `?${new URLSearchParams({ to }).toString()}`;
    res.redirect(303, `${req.baseUrl}/sign-in${query}`);
  });
}

/** What the sign-in page says of the page that it leads to. */
const reasons = ['ended', 'kept', 'undone'] as const;

/** Only the button uses up a link: mail scanners and prefetching browsers open links too. */
function addLink(
  routes: RouteTable,
  pages: Pages,
  { signIn, viewers, enter }: SignInParts & { readonly enter: Enter },
): void {
  const path = '/sign-in/:token';
  const refuse = async (req: Request, res: Response): Promise<void> => {
    if (await viewers.isSignedIn(req)) {
      res.redirect(303, `${req.baseUrl}/`);
      return;
    }
    res.status(410);
    pages.show(req, res, 'sign-in/link-used', {
      title: languageOf(req).t('sign-in.link-used'),
      lifetime: linkLifetime,
    });
  };

  routes.get(path, 'public', async (req, res) => {
    const token = tokenIn(req);
    if (!(await signIn.isGoodLink(token))) {
      await refuse(req, res);
      return;
    }
    pages.show(req, res, 'sign-in/link', { title: languageOf(req).t('sign-in.title'), token });
  });
  routes.post(path, 'public', async (req, res) => {
    const work = (from: SignInOrigin) => signIn.withLink(tokenIn(req), from);
    if ((await enter(req, res, work)) === undefined) {
      await refuse(req, res);
    }
  });
}

function tokenIn(req: Request): string {
  return String(req.params['token']);
}

function entrance(signIn: SignIn, enterAgain: ReturnType<typeof backTo>): Enter {
  return async (req, res, work) => {
    const accountId = await work({
      ip: req.ip ?? '',
      cookie: (name) => readCookie(req, name),
      open: (id) => openSession(req, id),
    });
    if (accountId === undefined) {
      return undefined;
    }
    const device = await signIn.deviceCookie(accountId);
    if (device !== undefined) {
      setCookie(req, res, device);
    }
    await enterAgain(req, res, targetIn(req.body?.to) ?? '/');
    return accountId;
  };
}

/** A new session at sign-in, which prevents session fixation. @returns what ends it again. */
async function openSession(req: Request, accountId: number): Promise<() => Promise<void>> {
  const renew = async (): Promise<void> =>
    await promisify(req.session.regenerate.bind(req.session))();
  await renew();
  req.session.accountId = accountId;
  // Otherwise the next page would add it and have to store the session.
  csrfToken(req);
  await saveSession(req);
  return renew;
}

/** Leads to a page. A form that was filled while acting as another account is shown to that account again. */
function backTo(kept: KeptForms): (req: Request, res: Response, to: string) => Promise<void> {
  return async (req, res, to) => {
    const token = new URLSearchParams(to.split('?')[1]).get('kept');
    const owner = token === null ? undefined : await kept.ownerOf(token);
    const { accountId, actingAsId = accountId } = req.session;
    const isOther = owner?.actorId === accountId && owner?.accountId !== actingAsId;
    const again = `/accounts/${owner?.accountId}/acting?${new URLSearchParams({ to }).toString()}`;
    res.redirect(303, req.baseUrl + (isOther ? again : to));
  };
}
