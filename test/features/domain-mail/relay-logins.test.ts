import assert from 'node:assert/strict';
import { type Database, openDatabase } from '../../../plugin/database/database.js';
import { RelayLogins, lookupTables } from '../../../plugin/features/domain-mail/relay-logins.js';
import { SmtpServerStore } from '../../../plugin/features/smtp-servers/index.js';
import { keysFor } from '../../../plugin/secrets/key-file.js';
import { Secrets } from '../../../plugin/secrets/secrets.js';
import { type TestApp, engines } from '../../support/app.js';
import { addConfirmedServer } from '../../support/confirmed-server.js';
import { addAccount, addDomain } from '../../support/fixtures.js';
import { useTestApp } from '../../support/opened.js';

const destination = '[smtp.relay.test]:587';
const map = 'starttls-login';

for (const engine of engines) {
  describe(`logins of relays on ${engine}`, () => {
    const app = useTestApp(engine);
    let db: Database;
    let logins: RelayLogins;
    let server: number;

    before(async () => {
      await addAccount(app, 'marie');
      await addDomain(app, 'bücher.example', 'marie');
      await addDomain(app, 'direct.example', 'marie');
      db = await openAsMailHost(app);
      const secrets = new Secrets(keysFor('smtp servers', app.config.dataFolder));
      logins = new RelayLogins(db, new SmtpServerStore(db, secrets));
      server = await addConfirmedServer(app, 'xn--bcher-kva.example', {
        user: 'user',
        password: ' a: pass word ',
      });
    });

    beforeEach(async () => {
      await setDomain({ relay_id: server, mail_enabled: 1, suspended: 0 });
      await setServer({
        host: 'smtp.relay.test',
        security: 'starttls',
        authentication: 'login',
        confirmation: 'confirmed',
      });
    });

    const setDomain = async (values: object): Promise<void> => {
      await app.db.knex('domains').where({ name: 'xn--bcher-kva.example' }).update(values);
    };
    const setServer = async (values: object): Promise<void> => {
      await app.db.knex('smtp_servers').where({ id: server }).update(values);
    };

    /** Asks in the order of smtp(8): the sender, the host, the destination. */
    const ask = async (
      sender: string,
      { to = destination, of = map } = {},
    ): Promise<string | undefined> => {
      const look = logins.conversation();
      assert.equal(await look(of, sender), undefined);
      assert.equal(await look(of, 'smtp.relay.test'), undefined);
      return await look(of, to);
    };

    const hasNone = async (...question: Parameters<typeof ask>): Promise<void> => {
      await assert.rejects(ask(...question), (error) => {
        assert.ok(error instanceof Error);
        assert.doesNotMatch(error.message, /pass word|bcher|cher\.example/);
        return true;
      });
    };

    const ownSenders = [
      'box@xn--bcher-kva.example',
      'box+tag@XN--BCHER-KVA.example',
      'box@bücher.example',
      '"a@b"@xn--bcher-kva.example',
    ];
    it('are returned for all senders of the domain, in either form', async () => {
      for (const sender of ownSenders) {
        assert.equal(await ask(sender), 'user: a: pass word ', sender);
      }
    });

    const otherSenders = [
      'box@direct.example',
      'box@sub.xn--bcher-kva.example',
      'box@',
      '@xn--bcher-kva.example',
      'xn--bcher-kva.example',
      '',
      "box@' OR 1=1 --",
      `box@${'x'.repeat(1000)}`,
    ];
    it('are not returned for other senders and invalid addresses', async () => {
      for (const sender of otherSenders) {
        await hasNone(sender);
      }
    });

    it('are returned for the current relay only', async () => {
      const sender = 'box@xn--bcher-kva.example';
      await hasNone(sender, { to: '[smtp.relay.test]:25' });
      await hasNone(sender, { to: '[smtp.other.test]:587' });
      await setServer({ host: 'smtp.new.test' });
      await hasNone(sender);
      assert.equal(await ask(sender, { to: '[smtp.new.test]:587' }), 'user: a: pass word ');
    });

    it('are not returned to a service with another security or authentication', async () => {
      for (const kind of ['tls-login', 'none-login', 'starttls-cram-md5', '', 'x']) {
        await hasNone('box@xn--bcher-kva.example', { of: kind });
      }
    });

    it('are returned for one question after the sender', async () => {
      const look = logins.conversation();
      await assert.rejects(look(map, destination), 'no sender was asked for');
      await look(map, 'box@xn--bcher-kva.example');
      assert.equal(await look(map, destination), 'user: a: pass word ');
      await assert.rejects(look(map, destination), 'the sender was for the question before');
      await look(map, 'box@xn--bcher-kva.example');
      await assert.rejects(logins.conversation()(map, destination), 'another connection');
    });

    for (const [why, change] of [
      ['the server is not confirmed', () => setServer({ confirmation: 'sent' })],
      ['mail of the domain is off', () => setDomain({ mail_enabled: 0 })],
      ['the domain is suspended', () => setDomain({ suspended: 1 })],
      ['the domain sends directly', () => setDomain({ relay_id: null })],
    ] as const) {
      it(`are not returned while ${why}`, async () => {
        await change();
        await hasNone('box@xn--bcher-kva.example');
      });
    }

    it('are returned for connections without TLS only if the installation allows it', async () => {
      await setServer({ security: 'none' });
      const asked = ['box@xn--bcher-kva.example', { of: 'none-login' }] as const;
      await hasNone(...asked);
      await app.features.settings.change(app.operator, {
        ...(await app.features.settings.read()),
        'smtp-plain-login': true,
      });
      assert.equal(await ask(...asked), 'user: a: pass word ');
    });

    it('fail without the database', async () => {
      await db.close();
      await assert.rejects(ask('box@xn--bcher-kva.example'));
    });
  });
}

/** The database as `relais lookups` opens it on a mail host: on MariaDB as a user that can read only what it needs. */
async function openAsMailHost({ db }: TestApp): Promise<Database> {
  if (db.location.engine === 'sqlite') {
    return openDatabase(db.location);
  }
  const url = new URL(db.location.url);
  const database = url.pathname.slice(1);
  url.username = `lookups_${database}`;
  url.password = 'few-grants';
  await db.knex.raw('CREATE USER ?@? IDENTIFIED BY ?', [url.username, '%', url.password]);
  for (const table of lookupTables) {
    await db.knex.raw('GRANT SELECT ON ??.?? TO ?@?', [database, table, url.username, '%']);
  }
  return openDatabase({ engine: 'mariadb', url: url.href });
}
