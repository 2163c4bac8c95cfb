import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { sealedIn } from '../../plugin/feature.js';
import { lostKeyIds, reseal, sealedKeyIds } from '../../plugin/secrets/sealed-columns.js';
import { type SecretPlace, Secrets } from '../../plugin/secrets/secrets.js';
import { engines } from '../support/app.js';
import { addConfirmedServer } from '../support/confirmed-server.js';
import { addAccount, addDomain } from '../support/fixtures.js';
import { useTestApp } from '../support/opened.js';

/** More than two batches. */
const many = 405;

for (const engine of engines) {
  describe(`columns with secrets on ${engine}`, () => {
    const app = useTestApp(engine);
    const [old, fresh] = [randomBytes(32), randomBytes(32)];
    const [withOld, withFresh] = [new Secrets([old]), new Secrets([fresh])];
    const withBoth = new Secrets([fresh, old]);

    const stored = async (): Promise<readonly { id: number; secret: string }[]> =>
      await app.db.knex('smtp_servers').whereNotNull('secret').select('id', 'secret').orderBy('id');

    before(async () => {
      await addAccount(app, 'marie');
      await addDomain(app, 'marie.example', 'marie');
      await addConfirmedServer(app, 'marie.example', {});
      const [{ id, ...row }] = await app.db.knex('smtp_servers');
      const ids = Array.from({ length: many }, (_, index) => Number(id) + 1 + index);
      for (let from = 0; from < many; from += 50) {
        await app.db.knex('smtp_servers').insert(
          ids.slice(from, from + 50).map((each) => ({
            ...row,
            id: each,
            secret: withOld.seal(`secret ${each}`, placeOf(each)),
          })),
        );
      }
    });

    it('report the keys that they need, and which of these are lost', async () => {
      const sealed = sealedIn(app.registered);
      const [keyId, ...others] = await sealedKeyIds(app.db.knex, sealed);
      assert.deepEqual(others, []);
      assert.deepEqual(await lostKeyIds(app.db.knex, withBoth, sealed), []);
      assert.deepEqual(await lostKeyIds(app.db.knex, withFresh, sealed), [keyId]);
    });

    it('are all encrypted anew with the newest key, once', async () => {
      const sealed = sealedIn(app.registered);
      assert.equal(await reseal(app.db, withBoth, sealed), many);
      const rows = await stored();
      assert.equal(rows.length, many);
      for (const { id, secret } of rows) {
        assert.equal(withFresh.open(secret, placeOf(id)), `secret ${id}`);
      }
      assert.equal(await reseal(app.db, withBoth, sealed), 0);
    });

    it('keep a secret that cannot be decrypted', async () => {
      const [first] = await stored();
      await app.db
        .knex('smtp_servers')
        .where({ id: first?.id })
        .update({ secret: withOld.seal('moved here', placeOf(0)) });
      await assert.rejects(reseal(app.db, withBoth, sealedIn(app.registered)));
      const [, second] = await stored();
      assert.ok(second !== undefined && withFresh.isCurrent(second.secret));
    });
  });
}

function placeOf(row: number): SecretPlace {
  return { table: 'smtp_servers', column: 'secret', row };
}
