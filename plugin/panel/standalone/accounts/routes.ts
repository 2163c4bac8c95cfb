import type { Request, Response } from 'express';
import type { Database } from '../../../database/database.js';
import { passwordLength } from '../../../secrets/password-strength.js';
import type { Previews } from '../../../previews/previews.js';
import { addActions } from '../../../previews/routes.js';
import { addExportedTable } from '../../../exports/exported-table.js';
import { parseWithRules, standInPassword } from '../../../web/all-errors.js';
import { formHandlers, parseForm } from '../../../web/forms.js';
import { idIn } from '../../../web/ids.js';
import { type Language, locales } from '../../../web/locale.js';
import { leaveNotice, leaveNoticeAndNext } from '../../../web/notices.js';
import { type PageContent, type Pages, languageOf } from '../../../web/pages.js';
import { queryText } from '../../../web/query-text.js';
import type { RouteTable } from '../../../web/route-table.js';
import { mayStartActing } from '../acting/acting-start.js';
import type { Effective } from '../../directory/effective-plan.js';
import { effectiveText } from '../../directory/effective-text.js';
import { limitsOf, metersOf } from '../../directory/meters.js';
import { excesses } from '../plans/forms.js';
import type { AccountPage, Accounts } from './accounts.js';
import { accountForm, accountRoles, accountValues, newAccountForm } from './forms.js';
import { previewOfForm, setPasswordAlone } from './account-preview.js';
import { addAccountActions } from './action-routes.js';
import { addInvitationRoutes, showInvitation } from './invitation-routes.js';
import { nextAfter } from './next-step.js';
import { accountTable } from './table.js';
import { invitationLifetime } from '../link-lifetime.js';

export interface AccountParts {
  readonly db: Database;
  readonly accounts: Accounts;
  readonly previews: Previews;
}

const permission = 'accounts.manage';

export async function addAccountRoutes(
  routes: RouteTable,
  pages: Pages,
  parts: AccountParts,
): Promise<void> {
  const add = { path: '/accounts/new', permission };
  const around = async () => ({ content: { add } });
  const offered = await parts.previews.offered.offeredOn(accountTable);
  const list = { path: '/accounts', permission, table: accountTable, offered, around };
  addExportedTable(routes, { db: parts.db, pages }, list);
  addActions(routes, { ...parts, pages }, list, offered);
  addCreation(routes, pages, parts.accounts);

  addChange(routes, pages, parts);
  addAccountActions(routes, pages, parts.accounts);
  addInvitationRoutes(routes, pages, parts.accounts);
}

function addCreation(routes: RouteTable, pages: Pages, accounts: Accounts): void {
  const creation = formHandlers(pages, {
    view: 'accounts/new',
    secrets: ['password'],
    load: async (req) => ({
      plans: await accounts.plansFor(req.viewer),
      canMail: await accounts.canMail(),
      reseller: queryText(req.query['reseller']),
    }),
    content: (loaded, req) => ({
      ...choices(req),
      ...loaded,
      lifetime: invitationLifetime,
      title: languageOf(req).t('accounts.new.title'),
    }),
    values: ({ canMail, reseller }) => ({
      login: '',
      name: '',
      email: '',
      role: 'customer',
      reseller,
      plan: '',
      locale: '',
      access: canMail ? 'invitation' : 'link',
    }),
    async submit(req, res) {
      const typed = await parseWithRules(req, {
        parse: (body) => parseForm(newAccountForm, body),
        standIns: accountStandIns,
        // An invitation counts, even if it is only rehearsed.
        rehearse: (viewer, form) => accounts.create(viewer, { ...form, access: 'link' }),
      });
      const form = await accounts.withAccess(typed);
      const id = await accounts.create(req.viewer, form);
      if (form.access === 'link') {
        await showInvitation(pages, accounts, 'is-first')(req, res, id);
        return;
      }
      const account = await accounts.find(req.viewer, id);
      leaveNoticeAndNext(req, res, {
        key: `accounts.notice-${form.access === 'invitation' ? 'created-invited' : 'created'}`,
        args: { subject: account.login, email: account.email },
        next: nextAfter(account),
      });
      res.redirect(303, `${req.baseUrl}/accounts`);
    },
  });
  routes.get('/accounts/new', permission, creation.show);
  routes.post('/accounts/new', permission, creation.submit);
}

function addChange(routes: RouteTable, pages: Pages, parts: AccountParts): void {
  const { accounts } = parts;
  const change = formHandlers(pages, {
    view: 'accounts/account',
    secrets: ['password'],
    load: async (req) => await accounts.page(req.viewer, idIn(req)),
    content: ({ account, ...loaded }, req) => ({
      ...choices(req),
      ...loaded,
      account,
      ...planContent(loaded, languageOf(req)),
      excesses,
      title: account.name,
      mayActAs: mayStartActing(req.viewer, account),
    }),
    values: ({ account, reseller }) => accountValues(account, reseller),
    async submit(req, res) {
      const form = await parseWithRules(req, {
        parse: (body) => parseForm(accountForm, body),
        standIns: accountStandIns,
        // The preview says what is above the maximums.
        rehearse: (viewer, typed) =>
          accounts.change(viewer, idIn(req), { ...typed, excess: 'keep' }),
      });
      const preview = await previewOfForm(parts, req, form);
      if (preview !== undefined) {
        if (form.password !== '') {
          await setPasswordAlone(accounts, req, form);
          leaveNotice(req, res, 'accounts.notice-password', form.name);
        }
        res.redirect(303, req.baseUrl + preview);
        return;
      }
      await accounts.change(req.viewer, idIn(req), form);
      leaveNotice(req, res, 'accounts.notice-saved', form.name);
      res.redirect(303, `${req.baseUrl}/accounts`);
    },
  });

  routes.get('/accounts/:id', permission, async (req, res) => {
    await (idIn(req) === req.viewer.accountId ? toPreferences(req, res) : change.show(req, res));
  });
  routes.post('/accounts/:id', permission, change.submit);
}

function planContent(
  { plan, usage }: Pick<AccountPage, 'plan' | 'usage'>,
  language: Language,
): object {
  return {
    effectiveText: (limit: Effective) => effectiveText(limit, 'per-hour', language),
    meters: metersOf(plan, usage, limitsOf(plan), language),
  };
}

const accountStandIns = {
  login: 'stand-in',
  name: 'x',
  email: 'x@example.com',
  role: 'customer',
  access: 'link',
  password: standInPassword,
} as const;

function toPreferences(req: Request, res: Response): void {
  res.redirect(303, `${req.baseUrl}/preferences`);
}

function choices(req: Request): Omit<PageContent, 'title'> {
  return {
    section: 'accounts',
    locales,
    passwordLength,
    roles: accountRoles,
    mayPlace: req.viewer.role === 'administrator',
  };
}
