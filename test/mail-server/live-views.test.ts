import assert from 'node:assert/strict';
import { createConnection } from 'mysql2/promise';
import { grantReader } from '../../plugin/mail-server/grant-reader.js';
import { mailViewNames } from '../../plugin/mail-server/views.js';
import { engines } from '../support/app.js';
import { openPanelDatabase, type PanelDatabase } from '../support/mail/databases.js';
import { startMariadb } from '../support/mariadb.js';

for (const engine of engines.filter((each) => each === 'mariadb')) {
  describe(`the mail servers’ database user on ${engine}`, () => {
    let panel: PanelDatabase;
    const reader = { user: 'relais_reader', password: 'first', host: '127.0.0.1' };

    before(async () => {
      panel = await openPanelDatabase(engine);
      await grantReader(panel.db, reader);
    });

    after(async () => {
      await panel.db.raw('DROP USER ?@?', [reader.user, reader.host]);
      await panel.close();
    });

    const ask = async (sql: string, password = reader.password): Promise<unknown> => {
      const { port } = await startMariadb();
      const { source } = panel;
      const connection = await createConnection({
        host: '127.0.0.1',
        port,
        user: reader.user,
        password,
        ...(source.engine === 'mariadb' && { database: source.database }),
      });
      try {
        return (await connection.query(sql))[0];
      } finally {
        await connection.end();
      }
    };

    it('can read every view', async () => {
      for (const view of mailViewNames) {
        assert.deepEqual(await ask(`SELECT * FROM ${view}`), [], view);
      }
    });

    const forbidden = [
      'SELECT * FROM accounts',
      'SELECT password_hash FROM mailboxes',
      'SELECT * FROM settings',
      'UPDATE domains SET suspended = 0',
      'DELETE FROM postfix_aliases',
      'CREATE TABLE mine (id INT)',
    ];
    it('can read no table and write nothing', async () => {
      for (const sql of forbidden) {
        await assert.rejects(ask(sql), /denied/, sql);
      }
    });

    it('loses other privileges and its old password when it is updated', async () => {
      const { source } = panel;
      assert.ok(source.engine === 'mariadb');
      await panel.db.raw('GRANT SELECT ON ??.* TO ?@?', [
        source.database,
        reader.user,
        reader.host,
      ]);
      assert.deepEqual(await ask('SELECT * FROM settings'), []);

      await grantReader(panel.db, { ...reader, password: 'second' });
      await assert.rejects(ask('SELECT * FROM settings', 'second'), /denied/);
      assert.deepEqual(await ask('SELECT * FROM dovecot_users', 'second'), []);
      await assert.rejects(ask('SELECT 1', 'first'), /denied/);
    });
  });
}
