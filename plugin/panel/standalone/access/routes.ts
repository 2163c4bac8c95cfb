import type { Request, Response } from 'express';
import Joi from 'joi';
import { NotFoundError } from '../../../errors.js';
import { passwordLength } from '../../../secrets/password-strength.js';
import { formHandlers, parseForm } from '../../../web/forms.js';
import { languageFor } from '../../../web/locale.js';
import { leaveNotice } from '../../../web/notices.js';
import { type Pages, languageOf } from '../../../web/pages.js';
import type { RouteTable } from '../../../web/route-table.js';
import { newPassword } from '../accounts/forms.js';
import { invitationLifetime, passwordLinkLifetime } from '../link-lifetime.js';
import type { SignIn, SignInOrigin } from '../sign-in.js';
import type { Enter } from '../sign-in-routes.js';
import type { ForgottenPasswords } from './forgotten-passwords.js';
import type { GoodLink, Passwords } from './passwords.js';

export interface AccessParts {
  readonly signIn: SignIn;
  readonly passwords: Passwords;
  readonly forgotten: ForgottenPasswords;
  readonly enter: Enter;
}

const forgottenForm = Joi.object<{ login: string }>({ login: Joi.string().max(320).required() });
const choiceForm = Joi.object<{ password: string }>({ password: newPassword.required() });

/** Pages for people who cannot sign in with a password. */
export function addAccessRoutes(routes: RouteTable, pages: Pages, parts: AccessParts): void {
  addForgotten(routes, pages, parts.forgotten);
  addNewPassword(routes, pages, parts);
}

/** The answer is the same whether or not there is such an account. */
function addForgotten(routes: RouteTable, pages: Pages, forgotten: ForgottenPasswords): void {
  const form = formHandlers(pages, {
    view: 'sign-in/forgotten',
    load: async () => ({ canSend: await forgotten.canSend() }),
    content: ({ canSend }, req) => ({
      title: languageOf(req).t('sign-in.forgotten.title'),
      canSend,
    }),
    values: () => ({ login: '' }),
    async submit(req, res) {
      if (!(await forgotten.canSend())) {
        res.redirect(303, `${req.baseUrl}/forgotten-password`);
        return;
      }
      const { login } = parseForm(forgottenForm, req.body);
      await forgotten.ask(login, { ip: req.ip ?? '', locale: languageOf(req).locale });
      pages.show(req, res, 'sign-in/forgotten-asked', {
        title: languageOf(req).t('sign-in.forgotten.asked'),
        lifetime: passwordLinkLifetime,
      });
    },
  });
  routes.get('/forgotten-password', 'public', form.show);
  routes.post('/forgotten-password', 'public', form.submit);
}

/** Only the form uses up a link, and only with a good password. */
function addNewPassword(routes: RouteTable, pages: Pages, parts: AccessParts): void {
  const { signIn, passwords, enter } = parts;
  const path = '/new-password/:token';
  const form = formHandlers(pages, {
    view: 'sign-in/new-password',
    load: async (req) => await goodLink(passwords, req),
    content: ({ purpose, account }, req) => ({
      title: languageOf(req).t(`sign-in.new-password.${purpose}`),
      ...inOwnLanguage(account, `sign-in.new-password.${purpose}`),
      purpose,
      account,
      passwordLength,
      token: tokenIn(req),
    }),
    async submit(req, res) {
      const { purpose } = await goodLink(passwords, req);
      const { password } = parseForm(choiceForm, req.body);
      const id = await passwords.choose(tokenIn(req), password, req.ip ?? '');
      leaveNotice(req, res, `sign-in.notice-${purpose}`);
      const work = (from: SignInOrigin) => signIn.withNewPassword(id, from);
      if ((await enter(req, res, work)) === undefined) {
        throw new NotFoundError();
      }
    },
  });
  const orGone =
    (handler: (req: Request, res: Response) => Promise<void>) =>
    async (req: Request, res: Response): Promise<void> => {
      try {
        await handler(req, res);
      } catch (error) {
        if (!(error instanceof NotFoundError)) {
          throw error;
        }
        showGone(pages, req, res);
      }
    };
  routes.get(path, 'public', orGone(form.show));
  routes.post(path, 'public', orGone(form.submit));
}

/** @throws {NotFoundError} */
async function goodLink(passwords: Passwords, req: Request): Promise<GoodLink> {
  const found = await passwords.find(tokenIn(req));
  if (found === undefined) {
    throw new NotFoundError();
  }
  return found;
}

/** The account's language, where its owner has chosen one or been given one. */
function inOwnLanguage(
  { locale }: GoodLink['account'],
  key: string,
): { language?: ReturnType<typeof languageFor>; title?: string } {
  const language = locale && languageFor(locale);
  return language ? { language, title: language.t(key) } : {};
}

function showGone(pages: Pages, req: Request, res: Response): void {
  res.status(410);
  pages.show(req, res, 'sign-in/password-link-used', {
    title: languageOf(req).t('sign-in.link-used'),
    ...invitationLifetime,
    ...passwordLinkLifetime,
  });
}

function tokenIn(req: Request): string {
  return String(req.params['token']);
}
