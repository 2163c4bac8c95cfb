import type { Request } from 'express';
import { parseWithRules } from '../../../web/all-errors.js';
import { formHandlers, parseForm } from '../../../web/forms.js';
import { locales } from '../../../web/locale.js';
import { leaveNoticeAndNext } from '../../../web/notices.js';
import { type Pages, languageOf } from '../../../web/pages.js';
import { queryText } from '../../../web/query-text.js';
import type { RouteTable } from '../../../web/route-table.js';
import { leaveRemovedNotice } from '../../../removals/undo-step.js';
import type { Viewer } from '../../../viewing/viewer.js';
import { named } from '../accounts/belongings.js';
import type { Domains } from './domains.js';
import { domainRemovalForm, newDomainForm } from './forms.js';

export function addDomainRoutes(routes: RouteTable, pages: Pages, domains: Domains): void {
  addCreation(routes, pages, domains);
  addRemoval(routes, pages, domains);
}

function addCreation(routes: RouteTable, pages: Pages, domains: Domains): void {
  const creation = formHandlers(pages, {
    view: 'domains/new',
    load: async (req) => ({
      owner: queryText(req.query['owner']) || usualOwner(req.viewer),
      locale: languageOf(req).locale,
    }),
    content: (_loaded, req) => ({
      title: languageOf(req).t('domains.new.title'),
      section: 'domains',
      locales,
    }),
    values: ({ owner, locale }) => ({ name: '', owner, locale }),
    async submit(req, res) {
      const form = await parseWithRules(req, {
        parse: (body) => parseForm(newDomainForm, body),
        standIns: { name: 'stand-in.invalid' },
        rehearse: (viewer, typed) => domains.create(viewer, typed),
      });
      await domains.create(req.viewer, form);
      const next = `/domains/${form.name.ascii}/mailboxes/new`;
      leaveNoticeAndNext(req, res, {
        key: 'domains.notice-created',
        args: { subject: form.name.unicode },
        next: pages.has('/domains/:domain/mailboxes/new')
          ? { key: 'domains.next.mailbox', path: next }
          : undefined,
      });
      res.redirect(303, `${req.baseUrl}/domains/${form.name.ascii}/mail-settings`);
    },
  });
  routes.get('/domains/new', 'domains.manage', creation.show);
  routes.post('/domains/new', 'domains.manage', creation.submit);
}

function addRemoval(routes: RouteTable, pages: Pages, domains: Domains): void {
  const removal = formHandlers(pages, {
    view: 'domains/removal',
    load: (req) => domains.contents(req.viewer, domainIn(req)),
    content: (loaded, req) => ({
      title: languageOf(req).t('domains.removal.title', { domain: loaded.domain.displayName }),
      section: 'domains',
      ...loaded,
      leading: Object.entries(loaded.leading)
        .filter(([, { count }]) => count > 0)
        .map(([kind, owned]) => ({ kind, ...named(owned) })),
    }),
    values: () => ({ confirmation: '' }),
    async submit(req, res) {
      const form = parseForm(domainRemovalForm, req.body);
      const keptAs = await domains.remove(req.viewer, domainIn(req), form);
      const subject = form.confirmation.unicode;
      leaveRemovedNotice(req, res, 'domains.notice-removed', {
        subject,
        removal: keptAs,
      });
      res.redirect(303, `${req.baseUrl}/domains`);
    },
  });
  routes.get('/domains/:domain/removal', 'domains.manage', removal.show);
  routes.post('/domains/:domain/removal', 'domains.manage', removal.submit);
}

function usualOwner({ role, login }: Viewer): string {
  return role === 'administrator' ? '' : login;
}

function domainIn(req: Request): string {
  return String(req.params['domain']);
}
