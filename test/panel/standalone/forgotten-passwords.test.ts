import assert from 'node:assert/strict';
import { TooManyRequestsError } from '../../../plugin/errors.js';
import { AccessStore } from '../../../plugin/panel/standalone/access/access-store.js';
import { ForgottenPasswords } from '../../../plugin/panel/standalone/access/forgotten-passwords.js';
import { hashPassword } from '../../../plugin/secrets/passwords.js';
import { RateLimits } from '../../../plugin/web/rate-limits.js';
import { engines } from '../../support/app.js';
import { addAccount } from '../../support/fixtures.js';
import { useTestAppEach } from '../../support/opened.js';

const password = 'nine small lamps glowing';

interface Sent {
  readonly accountId: number;
  readonly path: string;
}

for (const engine of engines) {
  describe(`a forgotten password on ${engine}`, () => {
    const app = useTestAppEach(engine);
    let id: number;
    let forgotten: ForgottenPasswords;
    let sent: Sent[];
    let warnings: unknown[];
    let release: () => void;

    beforeEach(async () => {
      id = await addAccount(app, 'dupont', { passwordHash: await hashPassword('the old one') });
      sent = [];
      warnings = [];
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      forgotten = new ForgottenPasswords({
        changes: app.changes,
        accounts: app.panel.accountStore,
        access: new AccessStore(app.db),
        limits: new RateLimits(app.db),
        panelMail: {
          canSend: async () => true,
          async queue(_changing, mail) {
            assert.ok('accountId' in mail);
            sent.push({ accountId: mail.accountId, path: mail.path });
            return true;
          },
        },
        log: { warn: (...about: unknown[]) => void warnings.push(about) },
        pause: () => released,
      });
    });

    const ask = async (asked: string, ip = '192.0.2.1') => {
      await forgotten.ask(asked, { ip, locale: 'en' });
      release();
      await forgotten.settled();
    };
    const choose = ({ path }: Sent, wanted = password) =>
      app.panel.passwords.choose(path.replace('/new-password/', ''), wanted, '192.0.2.1');

    for (const asked of ['dupont', ' Dupont ', 'dupont@owners.example', 'DUPONT@Owners.Example']) {
      it(`is asked about as ${JSON.stringify(asked)}, and leads to a new one`, async () => {
        await ask(asked);
        const [first] = sent;
        assert.ok(first?.accountId === id);
        const row = await app.db.knex('sign_in_links').first();
        const minutes = (Number(row.expires_at) - Date.now()) / 60_000;
        assert.ok(minutes > 59.9 && minutes <= 60, String(minutes));
        assert.equal(await choose(first), id);
        await assert.rejects(choose(first));
        const entries = await app.db.knex('audit_entries').orderBy('id').pluck('action');
        assert.deepEqual(entries, ['account.password-requested', 'account.password-changed']);
      });
    }

    it('does the same before the answer, whether or not there is such an account', async () => {
      const statements: string[][] = [];
      const seen = ({ sql }: { readonly sql: string }): void => {
        statements.at(-1)?.push(sql);
      };
      app.db.knex.on('query', seen);
      for (const [n, asked] of ['dupont', 'nobody', 'x@nowhere.example', '%%\u0000'].entries()) {
        statements.push([]);
        await forgotten.ask(asked, { ip: `192.0.2.${n}`, locale: 'en' });
      }
      app.db.knex.removeListener('query', seen);
      const [known, ...others] = statements;
      assert.ok(known !== undefined && known.length > 0);
      others.forEach((each) => assert.deepEqual(each, known));
      assert.ok(!known.some((sql) => /accounts|sign_in_links/.test(sql)));
      assert.deepEqual(sent, []);
      release();
      await forgotten.settled();
      assert.equal(sent.length, 1);
      assert.deepEqual(warnings, []);
    });

    it('sends nothing for nobody, suspended accounts, or mailboxes', async () => {
      await addAccount(app, 'box@own.example', { role: 'mail-user', email: 'box@own.example' });
      const resellerId = await addAccount(app, 'north', { role: 'reseller' });
      await addAccount(app, 'below', { parentId: resellerId });
      for (const suspended of [id, resellerId]) {
        await app.panel.accounts.setSuspended(app.operator, suspended, true);
      }
      for (const asked of ['dupont', 'below', 'north', 'nobody', 'box@own.example', '', "' OR 1"]) {
        await ask(asked);
      }
      assert.deepEqual([sent, warnings], [[], []]);
      assert.deepEqual(await app.db.knex('sign_in_links').select(), []);
    });

    it('is answered for each account with the address', async () => {
      const other = await addAccount(app, 'other', { email: 'dupont@owners.example' });
      await ask('dupont@owners.example');
      assert.deepEqual(
        sent.map(({ accountId }) => accountId),
        [id, other],
      );
    });

    it('is answered for every account with the address in turn, of those that can sign in', async () => {
      const email = 'dupont@owners.example';
      const resellerId = await addAccount(app, 'barred', { role: 'reseller', email });
      await addAccount(app, 'below', { email, parentId: resellerId });
      for (const login of ['squatter-1', 'squatter-2', 'squatter-3', 'squatter-4', 'squatter-5']) {
        await addAccount(app, login, { email });
      }
      const last = await addAccount(app, 'last', { email });
      await addAccount(app, email, { role: 'mail-user', email });
      await app.panel.accounts.setSuspended(app.operator, resellerId, true);
      await app.panel.accounts.setSuspended(app.operator, id, true);
      await ask(email);
      assert.equal(sent.length, 5);
      assert.ok(!sent.some(({ accountId }) => accountId === last));
      await ask(email);
      assert.equal(sent[5]?.accountId, last);
      assert.equal(sent.length, 10);
    });

    it('is limited for each address, however many accounts have it', async () => {
      const email = 'dupont@owners.example';
      for (let n = 0; n < 40; n += 1) {
        await addAccount(app, `squatter-${n}`, { email });
      }
      for (let n = 0; n < 9; n += 1) {
        await ask(email, `192.0.2.${n}`);
      }
      assert.equal(sent.length, 30);
      assert.deepEqual(warnings, []);
      await ask('dupont', '192.0.2.99');
      assert.equal(sent.at(-1)?.accountId, id);
    });

    it('is limited for each network, whatever it asks about', async () => {
      for (let n = 0; n < 10; n += 1) {
        await ask(n % 2 === 0 ? 'dupont' : `nobody-${n}`, `2001:db8::${n}`);
      }
      await assert.rejects(ask('dupont', '2001:db8::99'), TooManyRequestsError);
      await assert.rejects(ask('nobody', '2001:db8::99'), TooManyRequestsError);
      await ask('nobody', '2001:db8:1::1');
    });

    it('is limited for each account without telling', async () => {
      for (let n = 0; n < 5; n += 1) {
        await ask(n % 2 === 0 ? 'dupont' : 'dupont@owners.example', `192.0.2.${n}`);
      }
      assert.equal(sent.length, 3);
    });

    it('ends all links and sessions of the account when another is chosen', async () => {
      await ask('dupont');
      await ask('dupont');
      const link = await app.panel.signIn.createLink(id);
      const session = { id_hash: 'x', account_id: id, content: '{}', expires_at: Date.now() + 1e6 };
      await app.db.knex('sessions').insert(session);
      const [first, second] = sent;
      assert.ok(first && second);
      assert.equal(await choose(second), id);
      await assert.rejects(choose(first));
      assert.equal(await app.panel.signIn.isGoodLink(link), false);
      assert.deepEqual(await app.db.knex('sessions').where({ account_id: id }), []);
    });

    it('is answered for the next one after a failure, which is logged', async () => {
      const other = await addAccount(app, 'other');
      await app.db.knex.schema.renameTable('sign_in_links', 'elsewhere');
      await ask('dupont');
      await app.db.knex.schema.renameTable('elsewhere', 'sign_in_links');
      await ask('other');
      assert.deepEqual([sent.map(({ accountId }) => accountId), warnings.length], [[other], 1]);
    });
  });
}
