import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import { EmailAddress } from '../../plugin/addresses/index.js';
import { shared } from '../../plugin/database/locks.js';
import { loopsTo } from '../../plugin/features/mailboxes/following.js';
import { engines } from '../support/app.js';
import { addAccount, addDomain } from '../support/fixtures.js';
import { useTestAppEach } from '../support/opened.js';

for (const engine of engines) {
  describe(`read locks on ${engine}`, () => {
    const app = useTestAppEach(engine);
    beforeEach(async () => {
      await addAccount(app, 'marie');
      await addDomain(app, 'marie.example', 'marie');
    });

    it('are not taken outside of transactions, so that pages wait for nobody', async () => {
      const statements = await statementsOf(app.db.knex, async () => {
        const address = EmailAddress.parse('postmaster@marie.example').toString();
        assert.equal((await loopsTo(app.db.knex, address))('marie.example'), false);
      });
      assert.ok(statements.length > 0);
      assert.deepEqual(
        statements.filter((sql) => locking.test(sql)),
        [],
      );
    });

    it('are taken in a transaction, where the engine has them', async () => {
      const statements = await statementsOf(app.db.knex, () =>
        app.db.transaction(async (tx) => void (await shared(tx, tx('domains')).select('id'))),
      );
      const isLocking = statements.some((sql) => locking.test(sql));
      assert.equal(isLocking, engine === 'mariadb');
    });
  });
}

const locking = /lock in share mode|for share|for update/i;

async function statementsOf(db: Knex, work: () => Promise<void>): Promise<readonly string[]> {
  const statements: string[] = [];
  const note = ({ sql }: { readonly sql: string }): void => void statements.push(sql);
  db.on('query', note);
  await work().finally(() => db.off('query', note));
  return statements;
}
