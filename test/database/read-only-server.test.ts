import assert from 'node:assert/strict';
import { openApp } from '../../plugin/app.js';
import { readConfig } from '../../plugin/config.js';
import { type TestApp, type TestWeb, engines, openTestApp, startTestWeb } from '../support/app.js';
import { addAccount } from '../support/fixtures.js';
import { hashPassword } from '../../plugin/secrets/passwords.js';
import { until } from '../support/processes.js';
import { Visitor } from '../support/visitor.js';

const password = 'correct horse battery staple';

if (engines.includes('mariadb')) {
  describe('on a read-only MariaDB', () => {
    let owner: TestApp;
    let web: TestWeb;
    let close: () => Promise<void>;

    before(async () => {
      owner = await openTestApp('mariadb');
      await addAccount(owner, 'marie', { passwordHash: await hashPassword(password) });
      const { database, dataFolder } = owner.config;
      assert.ok(database.engine === 'mariadb');
      const name = new URL(database.url).pathname.slice(1);
      // Root could still write.
      await owner.db.knex.raw("CREATE OR REPLACE USER panel@'127.0.0.1' IDENTIFIED BY 'p'");
      await owner.db.knex.raw(`GRANT ALL ON \`${name}\`.* TO panel@'127.0.0.1'`);
      const url = database.url.replace('root@', 'panel:p@');
      const app = await openApp(
        readConfig({ data: dataFolder, database: url, port: '0' }, { RELAIS_LOG_LEVEL: 'silent' }),
      );
      web = await startTestWeb(app);
      close = () => app.close();
      await owner.db.knex.raw('SET GLOBAL read_only = 1');
    });
    after(async () => {
      await owner.db.knex.raw('SET GLOBAL read_only = 0');
      await web.stop();
      await close();
      await owner.db.knex.raw("DROP USER panel@'127.0.0.1'");
      await owner.remove();
    });

    it('people can sign in and look at pages, and changes are refused with the reason', async () => {
      const marie = new Visitor(web);
      await marie.get('/sign-in');
      assert.equal((await marie.post('/sign-in', { login: 'marie', password })).status, 303);
      assert.equal((await marie.get('/domains')).status, 200);
      const { status, text } = await marie.fill('/preferences', {
        name: 'Marie',
        email: 'marie@owners.example',
      });
      assert.equal(status, 503);
      assert.match(text, /storage is full, read-only or failing/);
      assert.equal((await marie.get('/domains/export?format=csv')).status, 200);
    });

    it('the panel is not ready', async () => {
      await until(async () => (await new Visitor(web).get('/readyz')).status === 503);
    });
  });
}
