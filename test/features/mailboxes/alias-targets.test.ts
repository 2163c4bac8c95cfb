import assert from 'node:assert/strict';
import { engines } from '../../support/app.js';
import { refusedFields } from '../../support/refusals.js';
import { Scene, refusalOfTargets } from './scene.js';
import { useOpened } from '../../support/opened.js';

for (const engine of engines) {
  describe(`the targets of aliases on ${engine}`, () => {
    const scene = useOpened(() => Scene.withBoxes(engine));

    it('forward to addresses in either form, stored as one', async () => {
      const { marie, addMailbox, addAlias, targetsOf } = scene;
      await addMailbox(marie, 'anna@bücher.example');
      await addAlias(
        marie,
        'Team@Bücher.example',
        'ANNA@bücher.example',
        'anna@xn--bcher-kva.example',
        'someone@elsewhere.test',
      );
      assert.deepEqual(await targetsOf('team@xn--bcher-kva.example'), [
        'anna@xn--bcher-kva.example',
        'someone@elsewhere.test',
      ]);
      const row = await scene.app.db
        .knex('aliases')
        .where({ address: 'team@xn--bcher-kva.example' })
        .first();
      assert.equal(row.utf8_address, 'team@bücher.example');
      assert.match(row.search_text, /someone@elsewhere\.test/);
      assert.match(row.search_text, /anna@bucher\.example/);
    });

    it('forward only to existing addresses in the viewer’s own domains, and name invalid lines', async () => {
      const { marie, addAlias } = scene;
      assert.deepEqual(
        await refusalOfTargets(() =>
          addAlias(
            marie,
            'lost@marie.example',
            'box@marie.example',
            'nobody@marie.example',
            'who@elsewhere.test',
            'nobody@bücher.example',
          ),
        ),
        ['mailboxes.errors.target-unknown', 2, '4'],
      );
    });

    it('forward to tagged addresses that exist, and follow them', async () => {
      const { marie, addMailbox, addAlias, setAlias, removeAlias, targetsOf } = scene;
      await addMailbox(marie, 'desk@marie.example');
      await addAlias(marie, 'shop@marie.example', 'desk@marie.example');
      await addAlias(
        marie,
        'orders@marie.example',
        'desk+orders@marie.example',
        'Shop+x@marie.example',
      );
      assert.deepEqual(
        await refusalOfTargets(() => addAlias(marie, 'no@marie.example', 'nobody+x@marie.example')),
        ['mailboxes.errors.target-unknown', 1, ''],
      );
      await setAlias(marie, 'shop@marie.example', { address: 'store@marie.example' });
      assert.deepEqual(await targetsOf('orders@marie.example'), [
        'desk+orders@marie.example',
        'store+x@marie.example',
      ]);
      await removeAlias(marie, 'store@marie.example');
      assert.deepEqual(await targetsOf('orders@marie.example'), ['desk+orders@marie.example']);
    });

    it('do not forward to a domain whose mail service is off', async () => {
      const { app, marie, addAlias } = scene;
      const off = (mail_enabled: number) =>
        app.db.knex('domains').where({ name: 'xn--bcher-kva.example' }).update({ mail_enabled });
      await off(0);
      assert.deepEqual(
        await refusalOfTargets(() => addAlias(marie, 'off@marie.example', 'anna@bücher.example')),
        ['mailboxes.errors.target-domain-off', 1, ''],
      );
      await off(1);
    });

    it('forward anywhere in the domains of others, existing or not', async () => {
      const { marie, addAlias } = scene;
      await addAlias(marie, 'abroad@marie.example', 'nobody@paul.example');
    });

    it('forward to no more addresses than mail servers follow', async () => {
      const { app, paul, marie, addAlias } = scene;
      const rows = Array.from({ length: 1001 }, (_, n) => n);
      await addAlias(paul, 'chain0@paul.example', 'box@paul.example');
      const { domain_id } = await app.db
        .knex('aliases')
        .where({ address: 'chain0@paul.example' })
        .first();
      await app.db.knex.batchInsert(
        'aliases',
        rows.slice(1).map((n) => ({
          id: 10_000 + n,
          domain_id,
          address: `chain${n}@paul.example`,
          created_at: 0,
        })),
        100,
      );
      await app.db.knex.batchInsert(
        'alias_targets',
        rows.slice(1).map((n) => ({ alias_id: 10_000 + n, target: `chain${n - 1}@paul.example` })),
        100,
      );
      assert.deepEqual(
        await refusedFields(() => addAlias(marie, 'far@marie.example', 'chain1000@paul.example')),
        { targets: 'aliases.errors.leads-too-far' },
      );
      await app.db.knex('aliases').where('id', '>', 10_000).delete();
    });

    it('stay within the owner’s domains where outgoing mail is controlled, but for administrators', async () => {
      const { app, marie, addAlias, setAlias, targetsOf } = scene;
      const control = (on: boolean) =>
        app.features.settings.change(app.operator, {
          'outgoing-control': on,
          'own-addresses': [],
          'mail-hosts': [],
        });
      await control(true);
      assert.deepEqual(
        await refusalOfTargets(() =>
          addAlias(
            marie,
            'out@marie.example',
            'anna@bücher.example',
            'me@elsewhere.test',
            'box@paul.example',
          ),
        ),
        ['aliases.errors.leaves-domains', 2, '3'],
      );
      await addAlias(app.operator, 'out@marie.example', 'me@elsewhere.test');
      await setAlias(marie, 'out@marie.example', {
        targets: ['me@elsewhere.test', 'box@marie.example'],
      });
      assert.deepEqual(
        await targetsOf('out@marie.example'),
        ['box@marie.example', 'me@elsewhere.test'],
        'what an administrator allowed stays allowed',
      );
      await control(false);
    });
  });
}
