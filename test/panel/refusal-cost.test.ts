import assert from 'node:assert/strict';
import { newAliasForm, newMailboxForm } from '../../plugin/features/mailboxes/forms.js';
import { DomainName } from '../../plugin/addresses/index.js';
import { parseForm } from '../../plugin/web/forms.js';
import { addConfirmedServer } from '../support/confirmed-server.js';
import { addAccount, addDomain, addPlan } from '../support/fixtures.js';
import { Visitor } from '../support/visitor.js';
import { useServedApp } from '../support/served-app.js';

const password = 'seven tall herons wading';

/** Values for a field; each was the most expensive one for some field. */
const fillings = [
  '<b>',
  ' ',
  'a@b.example',
  '\n',
  'a\n',
  'a,',
  'a@b.example,',
  '<',
  '<p style="color:red">',
  '&',
];
/** What the forms of lists send with an action. */
const everywhere = [
  ['ids', '1-'],
  ['query', '&a='],
] as const;
/** The yardstick's times differ by as much between versions of Node. */
const amongNodes = 1.25;
/** The limit for a page's form is 128 kB. */
const mostBytes = 124_000;
/** Choices that make the other fields count. */
const choices = {
  policy: 'bounce',
  usage: 'custom',
  security: 'starttls',
  authentication: 'login',
};

describe('a refusal', () => {
  const { app, web } = useServedApp();
  let admin: Visitor;
  let mailUser: Visitor;
  let token: string;
  let examples: Readonly<Record<string, string>>;
  let limit: number;

  before(async () => {
    const adminId = await addAccount(app, 'root', { role: 'administrator' });
    const planId = await addPlan(app);
    const accountId = await addAccount(app, 'customer', { planId });
    await addDomain(app, 'own.example', 'root');
    const name = DomainName.parse('own.example');
    const { mailboxes, aliases, apiTokens } = app.features;
    const mailbox = parseForm(newMailboxForm(name), { address: 'info', password });
    const mailboxId = await mailboxes.create(app.operator, 'own.example', mailbox);
    const alias = parseForm(newAliasForm(name), { address: 'team', targets: 'info@own.example' });
    const aliasId = await aliases.create(app.operator, 'own.example', alias);
    const serverId = await addConfirmedServer(app, 'own.example', {});
    admin = await Visitor.signedIn(web, app, adminId);
    const own = await app.panel.signIn.mailUser('info@own.example');
    mailUser = await Visitor.signedIn(web, app, own?.account.id ?? 0);
    token = await apiTokens.create(
      { ...app.operator, accountId: adminId },
      { title: 'Shop', scopes: ['messages.send'] },
    );
    limit = Math.min(...(await inTurn(5, () => cost(yardstick))));
    examples = {
      ':domain': 'own.example',
      '/accounts/:id': `/accounts/${accountId}`,
      '/plans/:id': `/plans/${planId}`,
      '/smtp-servers/:id': `/smtp-servers/${serverId}`,
      '/mailboxes/:id': `/mailboxes/${mailboxId}`,
      '/mailboxes/:mailbox': `/mailboxes/${mailboxId}`,
      '/aliases/:id': `/aliases/${aliasId}`,
      '/aliases/:alias': `/aliases/${aliasId}`,
    };
  });

  /** Processor time of the process, including the client's. */
  const cost = async (work: () => unknown): Promise<number> => {
    await app.db.knex('rate_limits').delete();
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  /** The yardstick takes about 20 ms where it was set. Doubts are settled by the least of attempts made in turn. */
  const assertCheap = async (what: string, work: () => unknown): Promise<void> => {
    if ((await cost(work)) <= limit) {
      return;
    }
    const pairs = await inTurn(8, async () => [await cost(work), await cost(yardstick)] as const);
    const least = Math.min(...pairs.map(([own]) => own));
    const allowed = amongNodes * Math.min(...pairs.map(([, own]) => own));
    assert.ok(least <= allowed, `${what}: ${least} µs, and the yardstick ${allowed} µs`);
  };

  const pathOf = (route: string): string =>
    Object.entries(examples).reduce((path, [part, value]) => path.replace(part, value), route);
  const posted = (): readonly { readonly path: string; readonly visitor: Visitor }[] =>
    web.extension.routes.routes
      .filter(({ method, by }) => method === 'post' && by === 'session')
      .map(({ path, access }) => ({
        path: pathOf(path),
        visitor: access.startsWith('own-mailbox') ? mailUser : admin,
      }));

  it('is cheap on every page, whatever its fields contain', async () => {
    const many = times(299, (index) => [`f${index}`, 'x'.repeat(400)] as const);
    for (const { path, visitor } of posted()) {
      const { text } = await visitor.get(path);
      await assertCheap(`${path}, many fields`, () => visitor.post(path, many));
      for (const [name, filling] of [...fillingsOf(text), ...everywhere]) {
        const encoded = new URLSearchParams([['', filling]]).toString().length - 1;
        const fields = { ...choices, [name]: filling.repeat(mostBytes / encoded) };
        await assertCheap(`${path}, ${name} of ${JSON.stringify(filling)}`, () =>
          visitor.post(path, fields),
        );
      }
    }
  });

  const message = { service: 'sales', to: ['a@b.test'], subject: 's', text: 't' };
  const bodies: Readonly<Record<string, unknown>> = {
    'thousands of addresses': { ...message, to: times(4990, (index) => `a${index}@b.test`) },
    'thousands of wrong addresses': { ...message, cc: times(4990, () => 'a') },
    'hundreds of long addresses': {
      ...message,
      ...Object.fromEntries(
        ['to', 'cc', 'bcc'].map((field) => [
          field,
          times(100, (index) => `${'a'.repeat(60)}${index}@${'bücher'.repeat(5)}.test`),
        ]),
      ),
    },
    'thousands of fields': { ...message, ...Object.fromEntries(times(2400, (n) => [`f${n}`, n])) },
    'thousands of long names': {
      ...message,
      ...Object.fromEntries(times(4900, (n) => [String(n).padStart(200, 'n'), 1])),
    },
    'names that are nearly set aside': {
      ...message,
      ...Object.fromEntries(times(120, (n) => [String(n).padStart(16_000, '~'), 1])),
    },
    'attachments with fields of their own': {
      ...message,
      attachments: times(50, () => Object.fromEntries(times(90, (n) => [`f${n}`, n]))),
    },
    'thousands of attachments': { ...message, attachments: times(2400, () => ({})) },
    'a long subject': { ...message, subject: 'a'.repeat(4_000_000) },
    'a text of escapes': { ...message, subject: '', text: '"\n'.repeat(400_000) },
    'an attachment that is no Base64': {
      ...message,
      attachments: [{ filename: 'a', contentType: 'a/b', content: 'é'.repeat(1_000_000) }],
    },
    'great depth': `{"to":${'['.repeat(9000)}${']'.repeat(9000)}}`,
    'texts alone': `{"to":[${'"",'.repeat(4900)}""]}`,
  };
  for (const [what, body] of Object.entries(bodies)) {
    it(`is cheap in the API: ${what}`, async () => {
      const sent = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
      await assertCheap(what, async () => {
        const answer = await fetch(`${web.url}/api/v1/messages`, {
          method: 'POST',
          body: sent,
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        });
        assert.ok([400, 422].includes(answer.status), `${answer.status}`);
        await answer.text();
      });
    });
  }
});

const sample = Array.from({ length: 60_000 }, (_, index) => ({ index, name: `name ${index}` }));

/** A constant amount of work. */
function yardstick(): unknown {
  return JSON.parse(JSON.stringify(sample));
}

async function inTurn<T>(count: number, work: () => Promise<T>): Promise<readonly T[]> {
  const results: T[] = [];
  while (results.length < count) {
    results.push(await work());
  }
  return results;
}

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** The text fields of a page with their values: fewer for a line than for a text area. */
function fillingsOf(html: string): [name: string, filling: string][] {
  const fields = html.matchAll(/<(input|textarea)[^>]*?\sname="([^"]*)"[^>]*>/g);
  return [...fields]
    .filter(([tag, , name]) => !/type="(?:hidden|checkbox|radio|file)"/.test(tag) && name !== '')
    .flatMap(([, element, name = '']) =>
      fillings
        .slice(0, element === 'textarea' ? fillings.length : 3)
        .map((filling): [string, string] => [name, filling]),
    );
}
