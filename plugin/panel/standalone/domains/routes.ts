import type { Request } from 'express';
import { formHandlers, parseForm } from '../../../web/forms.js';
import { locales } from '../../../web/locale.js';
import { leaveNotice } from '../../../web/notices.js';
import { type Pages, languageOf } from '../../../web/pages.js';
import type { RouteTable } from '../../../web/route-table.js';
import { named } from '../accounts/belongings.js';
import type { Domains } from './domains.js';
import { domainRemovalForm, newDomainForm } from './forms.js';

export function addDomainRoutes(routes: RouteTable, pages: Pages, domains: Domains): void {
  const creation = formHandlers(pages, {
    view: 'domains/new',
    load: async (req) => ({
      owner: req.viewer.role === 'administrator' ? '' : req.viewer.login,
      locale: languageOf(req).locale,
    }),
    content: (_loaded, req) => ({
      title: languageOf(req).t('domains.new.title'),
      section: 'domains',
      locales,
    }),
    values: ({ owner, locale }) => ({ name: '', owner, locale }),
    async submit(req, res) {
      const form = parseForm(newDomainForm, req.body);
      await domains.create(req.viewer, form);
      leaveNotice(req, res, 'domains.notice-created', form.name.unicode);
      res.redirect(303, `${req.baseUrl}/domains/${form.name.ascii}/mail-settings`);
    },
  });
  routes.get('/domains/new', 'domains.manage', creation.show);
  routes.post('/domains/new', 'domains.manage', creation.submit);

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
      await domains.remove(req.viewer, domainIn(req), form);
      leaveNotice(req, res, 'domains.notice-removed', form.confirmation.unicode);
      res.redirect(303, `${req.baseUrl}/domains`);
    },
  });
  routes.get('/domains/:domain/removal', 'domains.manage', removal.show);
  routes.post('/domains/:domain/removal', 'domains.manage', removal.submit);
}

function domainIn(req: Request): string {
  return String(req.params['domain']);
}
