import type { Request } from 'express';
import type { Meanwhile } from '../../changes/changed-since.js';
import type { Database } from '../../database/database.js';
import { addExportedTable } from '../../exports/exported-table.js';
import { leaveRemovedNotice } from '../../removals/undo-step.js';
import { membersLimits } from '../../panel/directory/admission.js';
import {
  effectiveText,
  limitChangeText,
  planChangeText,
} from '../../panel/directory/effective-text.js';
import type { Table } from '../../tables/table.js';
import type { Viewer } from '../../viewing/viewer.js';
import { type Form, formHandlers, parseForm } from '../../web/forms.js';
import { type PageContent, type Pages, languageOf } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import type { OfferedActions } from '../../previews/action.js';
import type { AroundTable, List } from '../../tables/list.js';
import type { DomainPlan, MemberKind } from './domain-members.js';
import { removalForm } from './forms.js';
import { domainIn, idIn, versionIn } from './places.js';
import { removalContent } from './removal-content.js';
import type { Removal } from './removals.js';

interface Addresses<Page> {
  page(viewer: Viewer, domain: string, id: number): Promise<Page>;
  removal(
    viewer: Viewer,
    domain: string,
    id: number,
  ): Promise<Page & { readonly removal: Removal }>;
  remove(viewer: Viewer, domain: string, id: number, expected?: string): Promise<unknown>;
  removedAs(id: number): Promise<number | undefined>;
  meanwhile(
    viewer: Viewer,
    domain: string,
    id: number,
    version: number,
  ): Promise<readonly Meanwhile[]>;
}

/** What the pages of mailboxes and those of aliases do alike. */
export interface AddressPages<Page extends DomainPlan> {
  readonly kind: MemberKind;
  readonly addresses: Addresses<Page>;
  readonly nameOf: (page: Page) => string;
  /** The content of the page of one. */
  readonly contentOf: (page: Page, req: Request) => PageContent;
}

interface MemberList<Row> {
  readonly kind: MemberKind;
  readonly table: Table<Row>;
  /** Actions on selected rows. */
  readonly offered?: OfferedActions;
  readonly members: { overview(viewer: Viewer, domain: string): Promise<DomainPlan> };
}

/** The list of a domain's mailboxes or aliases. */
export function addMemberList<Row extends object>(
  routes: RouteTable,
  parts: { readonly db: Database; readonly pages: Pages },
  { kind, table, members, offered }: MemberList<Row>,
): List<Row> {
  const list: List<Row> = {
    path: `/domains/:domain/${kind}`,
    permission: 'mailboxes.view',
    table,
    ...(offered && { offered }),
    around: async (req) => aroundList(await members.overview(req.viewer, domainIn(req)), req, kind),
  };
  addExportedTable(routes, parts, list);
  return list;
}

/** The form that changes an address; submitted for an older version, it shows what others changed meanwhile. */
export function editing<Page extends DomainPlan>(
  { kind, addresses, contentOf }: AddressPages<Page>,
  form: Pick<Form<Page>, 'values' | 'submit' | 'secrets'>,
): Form<{ readonly page: Page; readonly meanwhile: readonly Meanwhile[] }> {
  return {
    view: `${kind}/edit`,
    ...(form.secrets && { secrets: form.secrets }),
    async load(req) {
      const [domain, id, version] = [domainIn(req), idIn(req), versionIn(req)];
      const page = await addresses.page(req.viewer, domain, id);
      const meanwhile =
        version === undefined ? [] : await addresses.meanwhile(req.viewer, domain, id, version);
      return { page, meanwhile };
    },
    content: ({ page, meanwhile }, req) => ({ ...contentOf(page, req), meanwhile }),
    values: ({ page }) => form.values?.(page) ?? {},
    submit: (req, res) => form.submit(req, res),
  };
}

/** The page that confirms the removal of an address, and lists what is removed with it. */
export function addRemoval<Page extends DomainPlan>(
  routes: RouteTable,
  pages: Pages,
  { kind, addresses, nameOf, contentOf }: AddressPages<Page>,
): void {
  const path = `/domains/:domain/${kind}/:id/removal`;
  const form = formHandlers(pages, {
    view: `${kind}/removal`,
    load: (req) => addresses.removal(req.viewer, domainIn(req), idIn(req)),
    content: (page, req) => ({
      ...contentOf(page, req),
      removal: removalContent(page.removal),
    }),
    values: ({ removal }) => ({ expected: removal.expected }),
    async submit(req, res) {
      const page = await addresses.page(req.viewer, domainIn(req), idIn(req));
      const { expected } = parseForm(removalForm, req.body);
      await addresses.remove(req.viewer, page.domain.name, idIn(req), expected);
      leaveRemovedNotice(req, res, `${kind}.notice-removed`, {
        subject: nameOf(page),
        removal: await addresses.removedAs(idIn(req)),
      });
      res.redirect(303, listOf(req, kind, page.domain.name));
    },
  });
  routes.get(path, `${kind}.manage`, form.show);
  routes.post(path, `${kind}.manage`, form.submit);
}

function aroundList(
  { domain, domainName, usage, plan }: DomainPlan,
  req: Request,
  kind: MemberKind,
): AroundTable {
  const permission = `${kind}.manage`;
  return {
    parent: { id: domain.id, name: domainName.unicode },
    content: {
      section: 'domains',
      tab: kind,
      domain,
      usage,
      limitText: effectiveText(plan.limit(membersLimits[kind][0]), 'number', languageOf(req)),
      planChange: planChangeText(plan, req.viewer, languageOf(req)),
      limitChange: limitChangeText(
        plan,
        membersLimits[kind][usage.isFull ? 0 : 1],
        req.viewer,
        languageOf(req),
      ),
      mayManage: req.viewer.permissions.has(permission),
      importPath:
        req.viewer.permissions.has(permission) && req.viewer.permissions.has('imports.use')
          ? `/imports/${kind}?domain=${domain.name}`
          : undefined,
      add:
        usage.isFull || usage.isFullInAll
          ? undefined
          : { path: `/domains/${domain.name}/${kind}/new`, permission },
    },
  };
}

export function listOf(req: Request, kind: MemberKind, domain: string): string {
  return `${req.baseUrl}/domains/${domain}/${kind}`;
}
