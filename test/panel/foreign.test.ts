import assert from 'node:assert/strict';
import type { Role } from '../../plugin/manifest.js';
import { newAliasForm, newMailboxForm } from '../../plugin/features/mailboxes/forms.js';
import { DomainName } from '../../plugin/addresses/index.js';
import type { Route } from '../../plugin/web/route-table.js';
import { parseForm } from '../../plugin/web/forms.js';
import { type TestApp, type TestWeb, openTestApp, startTestWeb } from '../support/app.js';
import { addConfirmedServer } from '../support/confirmed-server.js';
import { addAccount, addDomain, addPlan } from '../support/fixtures.js';
import { Visitor } from '../support/visitor.js';

const password = 'seven tall herons wading';

describe('what belongs to others', () => {
  const visitors = new Map<Role, Visitor>();
  let app: TestApp;
  let web: TestWeb;
  let foreign: Readonly<Record<string, string>>;

  before(async () => {
    app = await openTestApp('sqlite');
    web = await startTestWeb(app);
    const planId = await addPlan(app);
    const north = await addAccount(app, 'north', { role: 'reseller', planId });
    const customer = await addAccount(app, 'customer', { parentId: north, planId });
    await addDomain(app, 'own.example', 'customer');
    await addMailbox('own.example');
    visitors.set('reseller', await Visitor.signedIn(web, app, north));
    visitors.set('customer', await Visitor.signedIn(web, app, customer));
    const own = await app.panel.signIn.mailUser('info@own.example');
    visitors.set('mail-user', await Visitor.signedIn(web, app, own?.account.id ?? 0));

    const south = await addAccount(app, 'south', { role: 'reseller', planId });
    const foreignId = await addAccount(app, 'foreign', { parentId: south, planId });
    await addDomain(app, 'foreign.example', 'foreign');
    const mailboxId = await addMailbox('foreign.example');
    const name = DomainName.parse('foreign.example');
    const alias = parseForm(newAliasForm(name), {
      address: 'team',
      targets: 'info@foreign.example',
    });
    const aliasId = await app.features.aliases.create(app.operator, name.ascii, alias);
    const messageId = await addMessage(foreignId, south);
    const tokenId = await addToken(foreignId);
    const serverId = await addConfirmedServer(app, 'foreign.example', {});
    await addExport(foreignId);
    foreign = {
      ':domain': 'foreign.example',
      '/accounts/:id': `/accounts/${foreignId}`,
      '/plans/:id': `/plans/${planId}`,
      '/messages/:id': `/messages/${messageId}`,
      '/api-tokens/:id': `/api-tokens/${tokenId}`,
      '/smtp-servers/:id': `/smtp-servers/${serverId}`,
      '/exports/:id': '/exports/foreign-export-000',
      '/settings/services/:key': '/settings/services/foreign',
      '/mailboxes/:id': `/mailboxes/${mailboxId}`,
      '/mailboxes/:mailbox': `/mailboxes/${mailboxId}`,
      '/aliases/:id': `/aliases/${aliasId}`,
      '/aliases/:alias': `/aliases/${aliasId}`,
    };
  });
  after(async () => {
    await web.stop();
    await app.remove();
  });

  const addMailbox = async (domain: string): Promise<number> => {
    const form = parseForm(newMailboxForm(DomainName.parse(domain)), { address: 'info', password });
    return await app.features.mailboxes.create(app.operator, domain, form);
  };
  const addMessage = async (ownerId: number, resellerId: number): Promise<number> => {
    const [id] = await app.db.knex('messages').insert({
      owner_id: ownerId,
      reseller_id: resellerId,
      service: 'sales',
      subject: 'For info@foreign.example',
      message_id: 'id@foreign.example',
      fingerprint: '',
      state: 'queued',
      created_at: 0,
      expires_at: 0,
      search_text: '',
    });
    return Number(id);
  };
  const addExport = async (accountId: number): Promise<void> => {
    await app.db.knex('exports').insert({
      id: 'foreign-export-000',
      account_id: accountId,
      list: 'domains',
      format: 'csv',
      state: 'running',
      rows_done: 0,
      rows_total: 1,
      updated_at: Date.now(),
    });
  };
  const addToken = async (ownerId: number): Promise<number> => {
    const [id] = await app.db.knex('api_tokens').insert({
      owner_id: ownerId,
      title: 'For info@foreign.example',
      sort_title: '',
      token_hash: '',
      scopes: '',
      created_at: 0,
    });
    return Number(id);
  };
  const foreignRoutes = (): readonly Route[] =>
    web.extension.routes.routes.filter(
      ({ path, access, by }) => access !== 'public' && by === 'session' && path.includes(':'),
    );
  const contents = async (): Promise<string> => {
    const tables = [
      'accounts',
      'plans',
      'domains',
      'mailboxes',
      'aliases',
      'messages',
      'api_tokens',
      'smtp_servers',
      'exports',
      'audit_entries',
    ];
    return JSON.stringify(await Promise.all(tables.map((table) => app.db.knex(table).select('*'))));
  };

  it('has an example for every kind of thing that a path names', () => {
    assert.ok(foreignRoutes().length > 20);
    for (const { path } of foreignRoutes()) {
      assert.doesNotMatch(pathIn(path, foreign), /:/, path);
    }
  });

  for (const role of ['reseller', 'customer', 'mail-user'] as const) {
    it(`does not exist for a ${role}, on any page`, async () => {
      const before = await contents();
      for (const { method, path, access } of foreignRoutes()) {
        const visitor = visitors.get(role);
        assert.ok(visitor !== undefined);
        const url = pathIn(path, foreign);
        const page = await (method === 'get' ? visitor.get(url) : visitor.post(url, complete));
        const permitted = app.manifest.permissions
          .find(({ id }) => id === access)
          ?.roles.includes(role);
        const expected = method === 'get' || permitted === true ? 404 : 403;
        assert.equal(page.status, expected, `${method} ${path}`);
        assert.doesNotMatch(page.text, /info@foreign/, path);
      }
      assert.equal(await contents(), before);
    });
  }
});

/** Whatever a form could ask for, so that nothing but whose it is refuses it. */
const complete = {
  version: '1',
  name: 'X',
  email: 'x@x.example',
  policy: 'reject',
  mailEnabled: '1',
  address: 'new',
  targets: 'info@own.example',
  password,
  displayName: 'X',
  confirmation: 'foreign.example',
  expected: 'x',
};

function pathIn(path: string, examples: Readonly<Record<string, string>>): string {
  return Object.entries(examples).reduce((text, [part, value]) => text.replace(part, value), path);
}
