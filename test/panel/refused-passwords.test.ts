import assert from 'node:assert/strict';
import { newMailboxForm } from '../../plugin/features/mailboxes/forms.js';
import { DomainName } from '../../plugin/addresses/index.js';
import { hashPassword } from '../../plugin/secrets/passwords.js';
import { parseForm } from '../../plugin/web/forms.js';
import { addAccount, addDomain, addPlan } from '../support/fixtures.js';
import { hashesIn } from '../support/hash-count.js';
import { useServedApp } from '../support/served-app.js';
import { Visitor } from '../support/visitor.js';

const password = 'seven tall herons wading';
const weak = 'password password';
const domain = 'own.example';

/** Pages whose password is compared or sealed, and so never hashed. */
const unhashed = new Set(['/sign-in', '/smtp-servers/new', '/smtp-servers/:id']);

describe('a refused form with a password', () => {
  const { app, web } = useServedApp();
  let paths: Readonly<Record<string, string>>;
  let people: Readonly<Record<'admin' | 'mail user' | 'guest', Visitor>>;

  before(async () => {
    const passwordHash = await hashPassword(password);
    const planId = await addPlan(app);
    const adminId = await addAccount(app, 'root', { role: 'administrator', passwordHash });
    const accountId = await addAccount(app, 'customer', { planId });
    const invitedId = await addAccount(app, 'invited', { planId });
    await addDomain(app, domain, 'customer');
    const form = newMailboxForm(DomainName.parse(domain));
    const mailbox = parseForm(form, { address: 'info', password });
    const mailboxId = await app.features.mailboxes.create(app.operator, domain, mailbox);
    const own = await app.panel.signIn.mailUser(`info@${domain}`);
    people = {
      admin: await Visitor.signedIn(web, app, adminId),
      'mail user': await Visitor.signedIn(web, app, own?.account.id ?? 0),
      guest: new Visitor(web),
    };
    const token = await app.panel.accounts.invite(app.operator, invitedId, 'hand');
    paths = {
      '/domains/:domain/mailboxes/new': `/domains/${domain}/mailboxes/new`,
      '/domains/:domain/mailboxes/:id': `/domains/${domain}/mailboxes/${mailboxId}`,
      '/accounts/:id': `/accounts/${accountId}`,
      '/smtp-servers/:id': '/smtp-servers/1',
      '/new-password/:token': `/new-password/${token}`,
    };
  });

  const pathOf = (route: string): string => paths[route] ?? route;
  const account = { name: 'x', email: 'x@y.example' };
  const cases: readonly {
    readonly what: string;
    readonly route: string;
    readonly by?: keyof typeof people;
    readonly fields: Readonly<Record<string, string>>;
    readonly status?: number;
  }[] = [
    {
      what: 'a weak one of a new mailbox',
      route: '/domains/:domain/mailboxes/new',
      fields: { address: 'new', password: weak },
    },
    {
      what: 'a good one of a taken address',
      route: '/domains/:domain/mailboxes/new',
      fields: { address: 'info', password },
    },
    {
      what: 'a weak one of a mailbox',
      route: '/domains/:domain/mailboxes/:id',
      fields: { version: '1', password: weak },
    },
    {
      what: 'a good one of a mailbox that somebody has changed',
      route: '/domains/:domain/mailboxes/:id',
      fields: { version: '99', password },
      status: 409,
    },
    {
      what: 'a weak one of a new account',
      route: '/accounts/new',
      fields: { ...account, login: 'new', access: 'password', password: weak },
    },
    {
      what: 'a good one of a taken login',
      route: '/accounts/new',
      fields: { ...account, login: 'customer', access: 'password', password },
    },
    {
      what: 'a weak one of an account',
      route: '/accounts/:id',
      fields: { ...account, version: '1', password: weak },
    },
    {
      what: 'a good one of an account that somebody has changed',
      route: '/accounts/:id',
      fields: { ...account, version: '99', password },
      status: 409,
    },
    {
      what: 'a weak one of one’s own account',
      route: '/preferences/password',
      fields: { current: password, password: weak },
    },
    {
      what: 'a short one of one’s own account',
      route: '/preferences/password',
      fields: { current: password, password: 'short' },
    },
    {
      what: 'a weak one of one’s own mailbox',
      route: '/mailbox/password',
      by: 'mail user',
      fields: { current: password, password: weak },
    },
    {
      what: 'a short one of one’s own mailbox',
      route: '/mailbox/password',
      by: 'mail user',
      fields: { current: password, password: 'short' },
    },
    {
      what: 'a weak one behind a link',
      route: '/new-password/:token',
      by: 'guest',
      fields: { password: weak },
    },
  ];

  for (const { what, route, by = 'admin', fields, status = 422 } of cases) {
    it(`is refused without the time of a hash: ${what}`, async () => {
      const hashes = await hashesIn(async () => {
        const page = await people[by].post(pathOf(route), fields);
        assert.equal(page.status, status, page.text);
      });
      assert.equal(hashes, 0);
    });
  }

  it('is hashed once it is accepted, after the current one is compared', async () => {
    const own = { current: password, password: 'eight small boats drifting' };
    const hashes = await hashesIn(async () => {
      assert.equal((await people.admin.post('/preferences/password', own)).status, 303);
    });
    assert.equal(hashes, 2);
  });

  it('is tried on every page with one', async () => {
    const tried = new Set([...cases.map(({ route }) => route), ...unhashed]);
    for (const { method, path, by } of web.extension.routes.routes) {
      if (method === 'post' && by === 'session') {
        const texts = await Promise.all(
          Object.values(people).map(async (visitor) => (await visitor.get(pathOf(path))).text),
        );
        const has = texts.some((text) => text.includes('name="password"'));
        assert.ok(!has || tried.has(path), path);
      }
    }
  });
});
