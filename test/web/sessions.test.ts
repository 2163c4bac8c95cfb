import assert from 'node:assert/strict';
import type { Server } from 'node:http';
import express from 'express';
import { firstAdministrator } from '../../plugin/commands/first-administrator.js';
import { endSessions, sessions } from '../../plugin/web/sessions.js';
import { type TestApp, type TestWeb, engines, openTestApp, startTestWeb } from '../support/app.js';
import { addAccount } from '../support/fixtures.js';
import { Visitor } from '../support/visitor.js';

const minute = 60_000;

for (const engine of engines) {
  describe(`a session on ${engine}`, () => {
    let app: TestApp;
    let web: TestWeb;
    let visitor: Visitor;

    before(async () => {
      app = await openTestApp(engine);
      web = await startTestWeb(app);
      visitor = new Visitor(web);
      await visitor.post(`/sign-in/${await firstAdministrator(app)}`);
    });
    after(async () => {
      await web.stop();
      await app.remove();
    });

    const endsInMinutes = async (): Promise<number> => {
      const row: { expires_at: number } = await app.db.knex('sessions').first('expires_at');
      return Math.round((row.expires_at - Date.now()) / minute);
    };
    const letItEndIn = async (minutes: number): Promise<void> => {
      await app.db.knex('sessions').update({ expires_at: Date.now() + minutes * minute });
    };

    it('ends eight hours after it was last used', async () => {
      assert.equal(await endsInMinutes(), 8 * 60);
      await letItEndIn(1);
      assert.equal((await visitor.get('/domains')).status, 200);
      assert.equal(await endsInMinutes(), 8 * 60);
    });

    // SQLite's writes end before anything else happens.
    if (engine === 'mariadb') {
      it('is there when a redirect says so, however slow the database is', async () => {
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
        // It waits for the session to be stored, so not before.
        await app.db.knex.raw('DROP TRIGGER slowly');
        assert.equal(status, 200);
      });
    }

    it('is not written again at every request', async () => {
      await letItEndIn(8 * 60 - 5);
      assert.equal((await visitor.get('/domains')).status, 200);
      assert.equal(await endsInMinutes(), 8 * 60 - 5);
    });

    it('shows another token on each page, and takes it', async () => {
      const seen = new Set<string | undefined>();
      for (let page = 0; page < 3; page += 1) {
        const { text } = await visitor.get('/domains');
        seen.add(/name="csrfToken" value="([^"]+)"/.exec(text)?.[1]);
        assert.equal((await visitor.post('/language', { locale: 'fr' })).status, 303);
      }
      assert.equal(seen.size, 3);
    });

    it('does not come back when it is ended while a request uses it', async () => {
      const { accountId, stop, url } = await serveWhatEndsSessions(app);
      const stranger = new Visitor({ url });
      await stranger.get('/sign-in');
      const mine = app.db.knex('sessions').where({ account_id: accountId });
      assert.equal((await mine.clone()).length, 1);
      await stranger.get('/end-meanwhile');
      assert.deepEqual(await mine.clone(), []);
      await stop();
    });

    it('is over when its time is', async () => {
      await letItEndIn(0);
      assert.equal((await visitor.get('/domains')).location, '/sign-in');
    });
  });
}

/** A site where a request is still writing to its session when all of the account's are ended. */
async function serveWhatEndsSessions(
  app: TestApp,
): Promise<{ accountId: number; url: string; stop: () => Promise<void> }> {
  const accountId = await addAccount(app, 'dupont');
  const site = express();
  site.use(sessions(app.db, 'secret of a test'));
  site.get('/sign-in', (req, res) => {
    req.session.accountId = accountId;
    res.end();
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
