import assert from 'node:assert/strict';
import type { Server } from 'node:http';
import express from 'express';
import { removeExpired } from '../../plugin/database/expiry.js';
import { firstAdministrator } from '../../plugin/panel/standalone/accounts/first-administrator.js';
import type { EngineName } from '../../plugin/database/engine.js';
import { endSessions } from '../../plugin/web/end-sessions.js';
import { sessions } from '../../plugin/web/sessions.js';
import { type TestApp, engines } from '../support/app.js';
import { addAccount } from '../support/fixtures.js';
import { Visitor } from '../support/visitor.js';
import { useServedApp } from '../support/served-app.js';

const minute = 60_000;

const refuseUpdates = refusing('UPDATE');
const refuseDeletions = refusing('DELETE');

for (const engine of engines) {
  describe(`a session on ${engine}`, () => {
    const { app, web } = useServedApp(engine);
    let visitor: Visitor;

    before(async () => {
      visitor = new Visitor(web);
      await visitor.post(`/sign-in/${await firstAdministrator(app)}`);
    });

    const adminId = async (): Promise<number> =>
      (await app.panel.accountStore.knownByLogin('admin'))?.account.id ?? 0;
    const endsInMinutes = async (): Promise<number> => {
      const row: { expires_at: number } = await app.db
        .knex('sessions')
        .where({ account_id: await adminId() })
        .first('expires_at');
      return Math.round((row.expires_at - Date.now()) / minute);
    };
    const letItEndIn = async (minutes: number): Promise<void> => {
      await app.db.knex('sessions').update({ expires_at: Date.now() + minutes * minute });
    };

    const letItBeginAt = async (createdAt: number): Promise<void> => {
      const rows = await app.db.knex('sessions').select('id_hash', 'content');
      for (const { id_hash, content } of rows) {
        const changed = JSON.stringify({ ...JSON.parse(content), createdAt });
        await app.db.knex('sessions').where({ id_hash }).update({ content: changed });
      }
    };
    it('expires eight hours after its last use', async () => {
      assert.equal(await endsInMinutes(), 8 * 60);
      await letItEndIn(1);
      assert.equal((await visitor.get('/domains')).status, 200);
      assert.equal(await endsInMinutes(), 8 * 60);
    });

    // SQLite's writes finish before anything else happens.
    if (engine === 'mariadb') {
      it('is stored before the redirect, however slow the database is', async () => {
        await app.db.knex.raw(
          'CREATE TRIGGER slowly BEFORE INSERT ON sessions FOR EACH ROW DO SLEEP(0.5)',
        );
        const link = await app.panel.signIn.createLink(await addAccount(app, 'quick'));
        const { headers } = await fetch(`${web.url}/sign-in/${link}`, {
          method: 'POST',
          redirect: 'manual',
        });
        const cookie = headers.getSetCookie().join('; ');
        const { status } = await fetch(`${web.url}/domains`, {
          headers: { cookie },
          redirect: 'manual',
        });
        // It waits for the insert, so it comes last.
        await app.db.knex.raw('DROP TRIGGER slowly');
        assert.equal(status, 200);
      });
    }

    it('is not updated at every request', async () => {
      await letItEndIn(8 * 60 - 5);
      assert.equal((await visitor.get('/domains')).status, 200);
      assert.equal(await endsInMinutes(), 8 * 60 - 5);
    });

    it('accepts the tokens of all pages, which differ', async () => {
      const seen = new Set<string | undefined>();
      for (let page = 0; page < 3; page += 1) {
        const { text } = await visitor.get('/domains');
        seen.add(/name="csrfToken" value="([^"]+)"/.exec(text)?.[1]);
        assert.equal((await visitor.post('/language', { locale: 'fr' })).status, 303);
      }
      assert.equal(seen.size, 3);
    });

    it('cannot be changed by a request that reads, once its cookie is known', async () => {
      const { accountId, stop, url } = await serveWhatChangesSessions(app, 'reader');
      const stranger = new Visitor({ url });
      await stranger.get('/sign-in');
      const frozen = async (): Promise<string> => (await stranger.get('/frozen')).text;
      assert.deepEqual([await frozen(), await frozen()], ['false', 'true']);
      assert.equal((await stranger.post('/frozen')).text, 'false');
      await app.db.transaction((tx) => endSessions(tx, accountId));
      assert.equal(await frozen(), 'false', 'it has ended');
      await stop();
    });

    it('is not found by its ID without the signature', async () => {
      const { stop, url } = await serveWhatChangesSessions(app, 'forger');
      const stranger = new Visitor({ url });
      await stranger.get('/sign-in');
      const cookie = stranger.cookies.get('relais') ?? '';
      const seen = async (value: string): Promise<string> => {
        const response = await fetch(`${url}/account`, { headers: { cookie: `relais=${value}` } });
        return await response.text();
      };
      const forged = cookie.slice(0, -3) + (cookie.endsWith('AAA') ? 'BBB' : 'AAA');
      assert.match(await seen(cookie), /^\d+$/);
      assert.match(await seen(cookie), /^\d+$/);
      for (const value of [
        forged,
        forged,
        cookie.slice(0, cookie.lastIndexOf('.') + 1),
        cookie.slice(0, 20),
      ]) {
        assert.equal(await seen(value), '');
      }
      await stop();
    });

    it('does not reappear when it is ended during a request', async () => {
      const { accountId, stop, url } = await serveWhatChangesSessions(app, 'dupont');
      const stranger = new Visitor({ url });
      await stranger.get('/sign-in');
      const mine = app.db.knex('sessions').where({ account_id: accountId });
      assert.equal((await mine.clone()).length, 1);
      await stranger.get('/end-meanwhile');
      assert.deepEqual(await mine.clone(), []);
      await stop();
    });

    it('still shows pages when it cannot be prolonged', async () => {
      await letItEndIn(5);
      await app.db.knex.raw(refuseUpdates[engine]);
      try {
        assert.equal((await visitor.get('/domains')).status, 200);
        assert.equal(await endsInMinutes(), 5);
      } finally {
        await app.db.knex.raw('DROP TRIGGER refusing');
      }
    });

    it('needs no write for its first page', async () => {
      const fresh = new Visitor(web);
      await fresh.post(`/sign-in/${await app.panel.signIn.createLink(await adminId())}`);
      await app.db.knex.raw(refuseUpdates[engine]);
      try {
        const page = await fresh.get('/domains');
        assert.match(page.text, /name="csrfToken" value="[^"]+"/);
      } finally {
        await app.db.knex.raw('DROP TRIGGER refusing');
      }
      assert.equal((await fresh.post('/sign-out')).status, 303);
    });

    it('expires a week after it began, however much it is used', async () => {
      const week = 7 * 24 * 60 * minute;
      await letItBeginAt(Date.now() - week + 30 * minute);
      await letItEndIn(5);
      assert.equal((await visitor.get('/domains')).status, 200);
      assert.equal(await endsInMinutes(), 30);
      await letItBeginAt(Date.now() - week);
      assert.equal(
        (await visitor.get('/domains')).location?.split('&')[0],
        '/sign-in?to=%2Fdomains',
      );
      await letItBeginAt(Date.now() + 24 * 60 * minute);
      assert.equal(
        (await visitor.get('/domains')).location?.split('&')[0],
        '/sign-in?to=%2Fdomains',
        'it has not begun',
      );
      await letItBeginAt(Date.now());
    });

    it('is deleted once it has expired, or when its expiry is too far ahead', async () => {
      const ends = [-1, 7 * 60, 40 * 24 * 60].map((minutes) => Date.now() + minutes * minute);
      for (const [n, end] of ends.entries()) {
        await app.db.knex('sessions').insert({ id_hash: `${n}`, content: '{}', expires_at: end });
        await app.db.knex('sign_in_links').insert({
          token_hash: `${n}`,
          account_id: await adminId(),
          expires_at: end,
        });
        await app.db.knex('rate_limits').insert({ key: `${n}`, hits: 1, resets_at: end });
      }
      await removeExpired(
        app.db,
        app.registered.flatMap(({ expires = [] }) => expires),
      );
      for (const [table, column] of [
        ['sessions', 'id_hash'],
        ['sign_in_links', 'token_hash'],
        ['rate_limits', 'key'],
      ] as const) {
        const left = await app.db.knex(table).whereIn(column, ['0', '1', '2']).pluck(column);
        assert.deepEqual(left, ['1'], table);
      }
    });

    it('continues, with an error shown, when it cannot be ended', async () => {
      await app.db.knex.raw(refuseDeletions[engine]);
      try {
        await visitor.get('/preferences');
        assert.ok((await visitor.post('/sign-out')).status >= 500);
      } finally {
        await app.db.knex.raw('DROP TRIGGER refusing');
      }
      assert.equal((await visitor.get('/domains')).status, 200);
    });

    it('is invalid once it has expired', async () => {
      await letItEndIn(0);
      assert.equal(
        (await visitor.get('/domains')).location?.split('&')[0],
        '/sign-in?to=%2Fdomains',
      );
    });
  });
}

/** A site that signs in, and where a request still writes to its session after all of the account's were ended. */
async function serveWhatChangesSessions(
  app: TestApp,
  login: string,
): Promise<{ accountId: number; url: string; stop: () => Promise<void> }> {
  const accountId = await addAccount(app, login);
  const site = express();
  site.use(sessions(app.db, 'secret of a test'));
  site.get('/sign-in', (req, res) => {
    req.session.accountId = accountId;
    req.session.csrfToken = 'token';
    res.end();
  });
  site.all('/frozen', (req, res) => {
    res.end(String(Object.isFrozen(req.session)));
  });
  site.get('/account', (req, res) => {
    res.end(String(req.session.accountId ?? ''));
  });
  site.get('/end-meanwhile', async (req, res) => {
    await app.db.transaction((tx) => endSessions(tx, accountId));
    req.session.actingAsId = accountId;
    res.end();
  });
  const server = await new Promise<Server>((resolve) => {
    const listening = site.listen(0, '127.0.0.1', () => resolve(listening));
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    accountId,
    url: `http://127.0.0.1:${port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A trigger `refusing` for a database that rejects this change of sessions. */
function refusing(change: 'UPDATE' | 'DELETE'): Readonly<Record<EngineName, string>> {
  const head = `CREATE TRIGGER refusing BEFORE ${change} ON sessions FOR EACH ROW`;
  return {
    sqlite: `${head} BEGIN SELECT RAISE(ABORT, 'not now'); END`,
    mariadb: `${head} SIGNAL SQLSTATE '45000'`,
  };
}
