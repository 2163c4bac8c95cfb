import type { Database } from '../../database/database.js';
import { addExportedTable } from '../../exports/exported-table.js';
import { formHandlers } from '../../web/forms.js';
import { idIn } from '../../web/ids.js';
import { leaveNotice } from '../../web/notices.js';
import { type Pages, languageOf } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import { type ApiToken, scopes } from './api-token.js';
import type { ApiTokens } from './api-tokens.js';
import { exampleOf } from './example.js';
import { parseTokenForm } from './forms.js';
import { tokenTable } from './table.js';

interface Parts {
  readonly db: Database;
  readonly apiTokens: ApiTokens;
}

const permission = 'api-tokens.manage';

export function addTokenRoutes(routes: RouteTable, pages: Pages, parts: Parts): void {
  addExportedTable(
    routes,
    { db: parts.db, pages },
    {
      path: '/api-tokens',
      permission,
      table: tokenTable,
      around: async (req) => ({
        parent: { id: req.viewer.accountId },
        content: { add: { path: '/api-tokens/new', permission } },
      }),
    },
  );
  addCreation(routes, pages, parts.apiTokens);
  addRevocation(routes, pages, parts.apiTokens);
}

function addCreation(routes: RouteTable, pages: Pages, tokens: ApiTokens): void {
  const creation = formHandlers(pages, {
    view: 'api-tokens/new',
    load: async () => ({}),
    content: (_loaded, req) => ({
      title: languageOf(req).t('api-tokens.new.title'),
      section: 'api-tokens',
      // A token cannot have permissions that its account lacks.
      scopes: scopes.filter((scope) => req.viewer.permissions.has(scope)),
    }),
    values: () => ({
      title: '',
      ...Object.fromEntries(scopes.map((scope) => [`scope.${scope}`, ''])),
      // The most common use.
      'scope.messages.send': '1',
    }),
    async submit(req, res) {
      const form = parseTokenForm(req.body);
      const token = await tokens.create(req.viewer, form);
      // Shown once, so no cache may store it.
      res.set('Cache-Control', 'no-store');
      const { scopes: granted } = form;
      const to = await tokens.readerOf(req.viewer);
      pages.show(req, res, 'api-tokens/created', {
        title: form.title,
        section: 'api-tokens',
        token,
        example: exampleOf({ at: pages.urlFor(req), token, scopes: granted, to }, languageOf(req)),
      });
    },
  });
  routes.get('/api-tokens/new', permission, creation.show);
  routes.post('/api-tokens/new', permission, creation.submit);
}

function addRevocation(routes: RouteTable, pages: Pages, tokens: ApiTokens): void {
  const revocation = formHandlers<ApiToken>(pages, {
    view: 'api-tokens/revocation',
    load: (req) => tokens.find(req.viewer, idIn(req)),
    content: (token, req) => ({
      title: languageOf(req).t('api-tokens.revocation.title', { title: token.title }),
      section: 'api-tokens',
      token,
    }),
    async submit(req, res) {
      const { id, title } = await tokens.find(req.viewer, idIn(req));
      await tokens.revoke(req.viewer, id);
      leaveNotice(req, res, 'api-tokens.notice-revoked', title);
      res.redirect(303, `${req.baseUrl}/api-tokens`);
    },
  });
  routes.get('/api-tokens/:id/revocation', permission, revocation.show);
  routes.post('/api-tokens/:id/revocation', permission, revocation.submit);
}
