import assert from 'node:assert/strict';
import { domains, fillSample } from '../browser/sample.js';
import { engines } from '../support/app.js';
import { contentsOf } from '../panel/access/contents.js';
import { useServedApp } from '../support/served-app.js';
import { Visitor } from '../support/visitor.js';

/** A form with an error in a text, and another that only a rule knows. */
const cases: readonly {
  readonly form: string;
  readonly path: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly errors: readonly string[];
}[] = [
  {
    form: 'a new plan with a taken name and a limit in words',
    path: '/plans/new',
    fields: { name: 'Business', maxMailboxes: 'many' },
    errors: ['maxMailboxes', 'name'],
  },
  {
    form: 'a new plan that no rule refuses',
    path: '/plans/new',
    fields: { name: '', maxMailboxes: 'many' },
    errors: ['name', 'maxMailboxes'],
  },
  {
    form: 'a new account with a taken login and no address',
    path: '/accounts/new',
    fields: { login: 'morel', name: 'X', email: 'nonsense', access: 'link' },
    errors: ['email', 'login'],
  },
  {
    form: 'a new mailbox with a taken address and a password that is too short',
    path: `/domains/${domains.usual}/mailboxes/new`,
    fields: { address: 'contact', password: 'x', quotaMegabytes: '1' },
    errors: ['address', 'password'],
  },
  {
    form: 'a new alias with a taken address and a target that is none',
    path: `/domains/${domains.usual}/aliases/new`,
    fields: { address: 'contact', targets: 'nonsense' },
    errors: ['address', 'targets'],
  },
  {
    form: 'a new domain with a name that is none and an unknown owner',
    path: '/domains/new',
    fields: { name: 'nonsense', owner: 'nobody-at-all' },
    errors: ['name', 'owner'],
  },
  {
    form: 'a new SMTP server without a title, at this machine, without a password, on a strange port',
    path: '/smtp-servers/new',
    fields: {
      host: '127.0.0.1',
      port: '1234',
      security: 'tls',
      authentication: 'login',
      user: 'x',
      address: 'x@example.com',
      usage: 'custom',
    },
    errors: ['title', 'host', 'port', 'password', 'services'],
  },
  {
    form: 'a new service with a taken key and no name',
    path: '/settings/services',
    fields: { key: 'sales', nameFr: 'x' },
    errors: ['nameEn', 'key'],
  },
  {
    form: 'mail settings with a redirect to this machine and a port in words',
    path: `/domains/${domains.usual}/mail-settings`,
    fields: { version: '1', policy: 'redirect', redirectIp: '127.0.0.1', redirectPort: 'x' },
    errors: ['redirectPort'],
  },
];

for (const engine of engines) {
  describe(`every error of a form shows at once on ${engine}`, () => {
    const { app, web } = useServedApp(engine);
    let administrator: Visitor;

    before(async () => {
      const sample = await fillSample(app);
      administrator = await Visitor.signedIn(web, app, sample.administrator.id);
    });

    for (const { form, path, fields, errors } of cases) {
      it(`of ${form}`, async () => {
        const before = await contentsOf(app);
        const { status, text } = await administrator.post(path, fields);
        assert.equal(status, 422, text);
        for (const name of errors) {
          assert.match(text, new RegExp(`href="#${name}"`), name);
        }
        assert.equal(await contentsOf(app), before, 'it was only rehearsed');
      });
    }
  });
}
