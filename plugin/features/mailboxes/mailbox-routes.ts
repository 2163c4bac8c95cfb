import type { Request } from 'express';
import type { Database } from '../../database/database.js';
import { parseWithRules, standInPassword } from '../../web/all-errors.js';
import { type FormValues, formHandlers, parseForm } from '../../web/forms.js';
import { leaveNotice, leaveNoticeAndNext } from '../../web/notices.js';
import { type PageContent, type Pages, languageOf } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import type { Effective } from '../../panel/directory/effective-plan.js';
import { effectiveText, planChangeText } from '../../panel/directory/effective-text.js';
import { ownLimitValues } from '../../panel/directory/own-limit.js';
import type { DomainPlan } from './domain-members.js';
import { type AddressPages, addMemberList, addRemoval, editing, listOf } from './address-routes.js';
import { mailboxForm, newMailboxForm, suspensionForm } from './forms.js';
import { bytesPerMegabyte, longestDisplayName } from './mailbox.js';
import type { MailboxPage, Mailboxes } from './mailboxes.js';
import { passwordLength } from '../../secrets/password-strength.js';
import type { AnyRowsAction } from '../../previews/action.js';
import type { Previews } from '../../previews/previews.js';
import { addActions } from '../../previews/routes.js';
import { domainIn, idIn } from './places.js';
import { suspensionContent } from './removal-content.js';
import { mailboxTable } from './table.js';

interface Parts {
  readonly db: Database;
  readonly mailboxes: Mailboxes;
  readonly previews: Previews;
  readonly actionsOnMailboxes: readonly AnyRowsAction[];
}

const list = '/domains/:domain/mailboxes';
const one = `${list}/:id`;

export function addMailboxRoutes(routes: RouteTable, pages: Pages, parts: Parts): void {
  const { mailboxes } = parts;
  const offered = { table: mailboxTable, actions: parts.actionsOnMailboxes };
  const shown = addMemberList(
    routes,
    { ...parts, pages },
    { kind: 'mailboxes', table: mailboxTable, members: mailboxes, offered },
  );
  addActions(routes, { ...parts, pages }, shown, offered);
  addCreation(routes, pages, mailboxes);
  addEditing(routes, pages, mailboxes);
  addSuspension(routes, pages, mailboxes);
  addRemoval(routes, pages, pagesOf(mailboxes));
}

function pagesOf(mailboxes: Mailboxes): AddressPages<MailboxPage> {
  return {
    kind: 'mailboxes',
    addresses: mailboxes,
    nameOf: ({ mailbox }) => mailbox.displayAddress,
    contentOf: (page, req) => contentOf(page, req, page.mailbox.displayAddress),
  };
}

function addCreation(routes: RouteTable, pages: Pages, mailboxes: Mailboxes): void {
  const form = formHandlers(pages, {
    view: 'mailboxes/new',
    secrets: ['password'],
    load: (req) => mailboxes.overview(req.viewer, domainIn(req)),
    content: (plan, req) => contentOf(plan, req, languageOf(req).t('mailboxes.new.title')),
    values: (plan) => newValues(plan),
    async submit(req, res) {
      const { domain, domainName } = await mailboxes.overview(req.viewer, domainIn(req));
      const mailbox = await parseWithRules(req, {
        parse: (body) => parseForm(newMailboxForm(domainName), body),
        standIns: { address: 'stand-in', password: standInPassword, displayName: '' },
        rehearse: (viewer, typed) => mailboxes.create(viewer, domain.name, typed),
      });
      const id = await mailboxes.create(req.viewer, domain.name, mailbox);
      leaveNoticeAndNext(req, res, {
        key: 'mailboxes.notice-added',
        args: { subject: mailbox.address.toUnicode() },
        next: {
          key: 'mailboxes.next.connect',
          path: `/domains/${domain.name}/mailboxes/${id}#connect`,
        },
      });
      res.redirect(303, listOf(req, 'mailboxes', domain.name));
    },
  });
  routes.get(`${list}/new`, 'mailboxes.manage', form.show);
  routes.post(`${list}/new`, 'mailboxes.manage', form.submit);
}

function addEditing(routes: RouteTable, pages: Pages, mailboxes: Mailboxes): void {
  const changing = editing(pagesOf(mailboxes), {
    secrets: ['password'],
    values: valuesOf,
    async submit(req, res) {
      const { domain, mailbox } = await mailboxes.page(req.viewer, domainIn(req), idIn(req));
      const change = await parseWithRules(req, {
        parse: (body) => parseForm(mailboxForm, body),
        standIns: {},
        rehearse: (viewer, typed) => mailboxes.change(viewer, domain.name, mailbox.id, typed),
      });
      await mailboxes.change(req.viewer, domain.name, mailbox.id, change);
      leaveNotice(req, res, 'mailboxes.notice-saved', mailbox.displayAddress);
      res.redirect(303, listOf(req, 'mailboxes', domain.name));
    },
  });
  const form = formHandlers(pages, changing);
  routes.get(one, 'mailboxes.view', form.show);
  routes.post(one, 'mailboxes.manage', form.submit);
}

function addSuspension(routes: RouteTable, pages: Pages, mailboxes: Mailboxes): void {
  const form = formHandlers(pages, {
    view: 'mailboxes/suspension-confirmation',
    load: (req) => mailboxes.suspension(req.viewer, domainIn(req), idIn(req)),
    content: (page, req) => ({
      ...contentOf(page, req, page.mailbox.displayAddress),
      suspension: suspensionContent(page.suspension),
    }),
    async submit(req, res) {
      const { confirmed } = parseForm(suspensionForm, req.body);
      const [domain, id] = [domainIn(req), idIn(req)];
      const mailbox = await mailboxes.suspend(req.viewer, domain, id, confirmed);
      leaveNotice(req, res, 'mailboxes.notice-suspended', mailbox.displayAddress);
      res.redirect(303, `${listOf(req, 'mailboxes', domain)}/${mailbox.id}`);
    },
  });
  routes.get(`${one}/suspension`, 'mailboxes.manage', form.show);
  routes.post(`${one}/suspension`, 'mailboxes.manage', form.submit);
  routes.post(`${one}/suspension/end`, 'mailboxes.manage', async (req, res) => {
    const mailbox = await mailboxes.resume(req.viewer, domainIn(req), idIn(req));
    leaveNotice(req, res, 'mailboxes.notice-resumed', mailbox.displayAddress);
    res.redirect(303, `${listOf(req, 'mailboxes', domainIn(req))}/${mailbox.id}`);
  });
}

function contentOf(page: DomainPlan | MailboxPage, req: Request, title: string): PageContent {
  return {
    section: 'domains',
    tab: 'mailboxes',
    ...page,
    title,
    longestDisplayName,
    passwordLength,
    mostMegabytes: page.mostQuotaBytes && Math.floor(page.mostQuotaBytes / bytesPerMegabyte),
    limit: 'mailbox' in page ? page.plan.outgoing('mailbox', page.mailbox.limitPerHour) : undefined,
    planChange: planChangeText(page.plan, req.viewer, languageOf(req)),
    effectiveText: (limit: Effective) => effectiveText(limit, 'per-hour', languageOf(req)),
    planQuotaText: effectiveText(page.planQuota, 'bytes', languageOf(req)),
    mayManage: req.viewer.permissions.has('mailboxes.manage'),
  };
}

function newValues({ planQuota }: DomainPlan): FormValues {
  return {
    address: '',
    displayName: '',
    quotaMegabytes: megabytes(planQuota.value ?? 0),
    imap: '1',
    pop3: '1',
  };
}

/** What the fields show. */
function valuesOf({ mailbox }: MailboxPage): FormValues {
  return {
    version: String(mailbox.version),
    displayName: mailbox.displayName,
    quotaMegabytes: megabytes(mailbox.quotaBytes),
    imap: mailbox.imap ? '1' : '',
    pop3: mailbox.pop3 ? '1' : '',
    ...ownLimitValues(mailbox.limitPerHour),
  };
}

function megabytes(bytes: number): string {
  return bytes === 0 ? '' : String(Math.floor(bytes / bytesPerMegabyte));
}
