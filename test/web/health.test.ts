import assert from 'node:assert/strict';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { mailFileOf } from '../../plugin/mail-server/data-files.js';
import { healthRoutes } from '../../plugin/web/health.js';
import { type TestApp, engines, openTestApp } from '../support/app.js';

for (const engine of engines) {
  describe(`the readiness check on ${engine}`, () => {
    let app: TestApp;
    let ask: () => Promise<readonly [status: number, text: string]>;
    let stop: () => void;

    beforeEach(async () => {
      app = await openTestApp(engine);
      const server = express().use(healthRoutes(app)).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      ask = async () => {
        const response = await fetch(`http://127.0.0.1:${port}/readyz`);
        return [response.status, await response.text()];
      };
      stop = () => {
        server.closeAllConnections();
        server.close();
      };
    });
    afterEach(async () => {
      stop();
      await app.remove();
    });

    it('passes, and writes at most once in a while, however often it is requested', async () => {
      let writes = 0;
      app.db.knex.on('query', ({ sql }: { readonly sql: string }) => {
        writes += sql.startsWith('update `readiness`') ? 1 : 0;
      });
      const answers = await Promise.all(Array.from({ length: 50 }, ask));
      assert.deepEqual(
        new Set(answers.map(([status, text]) => `${status} ${text}`)),
        new Set(['200 ready\n']),
      );
      assert.equal(writes, 1);
    });

    it('fails while nothing can be stored', async () => {
      const refused =
        engine === 'sqlite'
          ? "CREATE TRIGGER full BEFORE UPDATE ON readiness BEGIN SELECT RAISE(FAIL, 'full'); END"
          : "CREATE TRIGGER full BEFORE UPDATE ON readiness FOR EACH ROW SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1021";
      await app.db.knex.raw(refused);
      const [status, text] = await ask();
      assert.equal(status, 503);
      assert.match(text, /nothing can be stored/);
    });

    if (engine === 'sqlite') {
      it('fails when the database file was removed or replaced', async () => {
        const { database } = app.config;
        assert.ok(database.engine === 'sqlite');
        copyFileSync(database.file, `${database.file}.copy`);
        renameSync(`${database.file}.copy`, database.file);
        const [status, text] = await ask();
        assert.equal(status, 503);
        assert.match(text, /removed or replaced/);
      });

      it('fails while changes do not reach the mail servers', async () => {
        const file = mailFileOf(app.config);
        rmSync(file);
        mkdirSync(file);
        await app.changes.publish();
        assert.deepEqual(await ask(), [503, "changes do not reach the mail servers' file\n"]);
        rmSync(file, { recursive: true });
        await app.changes.publish();
        const [status, text] = await ask();
        assert.equal(status, 200);
        assert.match(text, /^ready\nthe mail servers' file was gone .* reload Postfix and Dovecot/);
      });
    }
  });
}
