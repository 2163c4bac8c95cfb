import type { Request } from 'express';
import type { Database } from '../../database/database.js';
import { planChangeText } from '../../panel/directory/effective-text.js';
import { parseWithRules } from '../../web/all-errors.js';
import { type FormValues, formHandlers, parseForm } from '../../web/forms.js';
import { leaveNotice } from '../../web/notices.js';
import { type PageContent, type Pages, languageOf } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import { mostTargets } from './alias.js';
import type { AliasPage, Aliases, AliasesPage } from './aliases.js';
import { type AddressPages, addMemberList, addRemoval, editing, listOf } from './address-routes.js';
import { aliasForm, newAliasForm } from './forms.js';
import { forPeople } from './mailbox.js';
import { domainIn, idIn } from './places.js';
import { aliasTable } from './table.js';

interface Parts {
  readonly db: Database;
  readonly aliases: Aliases;
}

const list = '/domains/:domain/aliases';
const one = `${list}/:id`;

export function addAliasRoutes(routes: RouteTable, pages: Pages, parts: Parts): void {
  const { db, aliases } = parts;
  addMemberList(routes, { db, pages }, { kind: 'aliases', table: aliasTable, members: aliases });
  addCreation(routes, pages, aliases);
  addEditing(routes, pages, aliases);
  addRemoval(routes, pages, pagesOf(aliases));
}

function pagesOf(aliases: Aliases): AddressPages<AliasPage> {
  return {
    kind: 'aliases',
    addresses: aliases,
    nameOf: ({ alias }) => forPeople(alias.address),
    contentOf: (page, req) => ({
      ...contentOf(page, req, forPeople(page.alias.address)),
      targets: page.alias.targets.map(forPeople),
    }),
  };
}

function addCreation(routes: RouteTable, pages: Pages, aliases: Aliases): void {
  const form = formHandlers(pages, {
    view: 'aliases/new',
    load: (req) => aliases.overview(req.viewer, domainIn(req)),
    content: (page, req) => contentOf(page, req, languageOf(req).t('aliases.new.title')),
    values: () => ({ address: '', targets: '' }),
    async submit(req, res) {
      const { domain, domainName } = await aliases.overview(req.viewer, domainIn(req));
      const alias = await parseWithRules(req, {
        parse: (body) => parseForm(newAliasForm(domainName), body),
        standIns: aliasStandIns,
        rehearse: (viewer, typed) => aliases.create(viewer, domain.name, typed),
      });
      await aliases.create(req.viewer, domain.name, alias);
      leaveNotice(req, res, 'aliases.notice-created', alias.address.toUnicode());
      res.redirect(303, listOf(req, 'aliases', domain.name));
    },
  });
  routes.get(`${list}/new`, 'aliases.manage', form.show);
  routes.post(`${list}/new`, 'aliases.manage', form.submit);
}

function addEditing(routes: RouteTable, pages: Pages, aliases: Aliases): void {
  const changing = editing(pagesOf(aliases), {
    values: valuesOf,
    async submit(req, res) {
      const page = await aliases.page(req.viewer, domainIn(req), idIn(req));
      const change = await parseWithRules(req, {
        parse: (body) => parseForm(aliasForm(page.domainName), body),
        standIns: aliasStandIns,
        rehearse: (viewer, typed) => aliases.change(viewer, page.domain.name, page.alias.id, typed),
      });
      await aliases.change(req.viewer, page.domain.name, page.alias.id, change);
      leaveNotice(req, res, 'aliases.notice-saved', change.address.toUnicode());
      res.redirect(303, listOf(req, 'aliases', page.domain.name));
    },
  });
  const form = formHandlers(pages, changing);
  routes.get(one, 'mailboxes.view', form.show);
  routes.post(one, 'aliases.manage', form.submit);
}

const aliasStandIns = { address: 'stand-in', targets: 'stand-in@stand-in.invalid' };

function contentOf(page: AliasesPage | AliasPage, req: Request, title: string): PageContent {
  return {
    section: 'domains',
    tab: 'aliases',
    ...page,
    title,
    mostTargets,
    planChange: planChangeText(page.plan, req.viewer, languageOf(req)),
    mayManage: req.viewer.permissions.has('aliases.manage'),
  };
}

/** What the fields show. */
function valuesOf({ alias }: AliasPage): FormValues {
  return {
    version: String(alias.version),
    address: alias.address.slice(0, alias.address.lastIndexOf('@')),
    targets: alias.targets.map(forPeople).join('\n'),
  };
}
