import assert from 'node:assert/strict';
import { DomainName } from '../../../plugin/addresses/index.js';
import { ConflictError, NotFoundError } from '../../../plugin/errors.js';
import { aliasForm } from '../../../plugin/features/mailboxes/forms.js';
import { openDatabase } from '../../../plugin/database/database.js';
import { aliasTable } from '../../../plugin/features/mailboxes/table.js';
import { TableQuery } from '../../../plugin/tables/table-query.js';
import { parseTableState } from '../../../plugin/tables/table-state.js';
import { parseForm } from '../../../plugin/web/forms.js';
import { engines } from '../../support/app.js';
import { refusedFields } from '../../support/refusals.js';
import { Scene } from './scene.js';
import { useOpened } from '../../support/opened.js';

for (const engine of engines) {
  describe(`aliases on ${engine}`, () => {
    const scene = useOpened(() => Scene.withBoxes(engine));
    before(async () => {
      await scene.addMailbox(scene.marie, 'other@marie.example');
    });

    it('are limited by the plan', async () => {
      const { app, planId, paul, addAlias } = scene;
      await addAlias(paul, 'only@paul.example', 'box@paul.example');
      await app.db.knex('plans').where({ id: planId }).update({ max_aliases: 1 });
      assert.deepEqual(
        await refusedFields(() => addAlias(paul, 'full@paul.example', 'box@paul.example')),
        { address: 'aliases.errors.plan-full' },
      );
      await addAlias(app.operator, 'full@paul.example', 'box@paul.example');
      await app.db.knex('plans').where({ id: planId }).update({ max_aliases: null });
    });

    it('are recorded in the audit log with the changed fields', async () => {
      const { marie, addAlias, setAlias, audited } = scene;
      await addAlias(marie, 'logged@marie.example', 'box@marie.example');
      await setAlias(marie, 'logged@marie.example', { targets: ['other@marie.example'] });
      await setAlias(marie, 'logged@marie.example', {});
      assert.deepEqual(
        (await audited('logged@marie.example')).map(({ action, before, after }) => [
          action,
          before,
          after,
        ]),
        [
          [
            'alias.created',
            null,
            '{"address":"logged@marie.example","targets":"box@marie.example"}',
          ],
          [
            'alias.changed',
            '{"targets":"box@marie.example"}',
            '{"targets":"other@marie.example","version":2}',
          ],
        ],
      );
    });

    it('keep the aliases that forward to them when their address changes', async () => {
      const { marie, addAlias, setAlias, targetsOf, audited } = scene;
      await addAlias(marie, 'old@marie.example', 'box@marie.example');
      await addAlias(marie, 'to-old@xn--bcher-kva.example', 'old@marie.example');
      await addAlias(scene.paul, 'to-old@paul.example', 'old@marie.example');
      await setAlias(marie, 'old@marie.example', { address: 'new@marie.example' });
      assert.equal(await targetsOf('old@marie.example'), undefined);
      assert.deepEqual(await targetsOf('new@marie.example'), ['box@marie.example']);
      assert.deepEqual(await targetsOf('to-old@xn--bcher-kva.example'), ['new@marie.example']);
      assert.deepEqual(
        await targetsOf('to-old@paul.example'),
        ['old@marie.example'],
        'not Marie’s',
      );
      assert.equal((await audited('to-old@xn--bcher-kva.example')).length, 2);
    });

    it('keep an address that a domain forwards to', async () => {
      const { marie, addAlias, setAlias, removeAlias, forwardUnknown, rejectUnknown } = scene;
      await addAlias(marie, 'net@marie.example', 'box@marie.example');
      await forwardUnknown('xn--bcher-kva.example', 'net@marie.example');
      assert.deepEqual(
        await refusedFields(() =>
          setAlias(marie, 'net@marie.example', { address: 'fish@marie.example' }),
        ),
        { address: 'mailboxes.errors.is-forwarded-to' },
      );
      await assert.rejects(removeAlias(marie, 'net@marie.example'), ConflictError);
      await rejectUnknown();
      await removeAlias(marie, 'net@marie.example');
    });

    it('are removed with those that forward nowhere else', async () => {
      const { marie, addAlias, removeAlias, targetsOf } = scene;
      await addAlias(marie, 'root@marie.example', 'box@marie.example');
      await addAlias(marie, 'leaf@marie.example', 'root@marie.example');
      await addAlias(marie, 'twig@marie.example', 'root@marie.example', 'other@marie.example');
      await removeAlias(marie, 'root@marie.example');
      assert.equal(await targetsOf('leaf@marie.example'), undefined);
      assert.deepEqual(await targetsOf('twig@marie.example'), ['other@marie.example']);
    });

    it('are listed with all targets, also by a server that truncates lists', async () => {
      const { app, marie, addAlias } = scene;
      const { knex, location } = app.db;
      if (engine === 'mariadb') {
        await knex.raw('SET GLOBAL group_concat_max_len = 1024');
      }
      const targets = Array.from(
        { length: 40 },
        (_none, index) => `somebody-with-a-long-name-${index}@else.example`,
      );
      await addAlias(marie, 'many@marie.example', ...targets);
      const db = openDatabase(location);
      const [domain] = await knex('domains').where({ name: 'marie.example' });
      const state = parseTableState(aliasTable, { q: 'many@marie' });
      const { rows } = await new TableQuery(db, aliasTable).page({
        scope: marie.scope,
        state,
        parent: domain.id,
      });
      const first = await db.knex.raw(
        'SELECT GROUP_CONCAT(target) AS all_targets FROM alias_targets',
      );
      await db.close();
      const [row] = engine === 'mariadb' ? first[0] : first;
      assert.ok(row.all_targets.length > 1024);
      assert.deepEqual(rows[0]?.targets.split(',').toSorted(), targets.toSorted());
    });

    it('keep their version when nothing changes, whatever the order of targets', async () => {
      const { app, marie, addAlias, setAlias, audited } = scene;
      const targets = ['b@else.example', 'a@else.example'];
      const id = await addAlias(marie, 'unchanged@marie.example', ...targets);
      await setAlias(marie, 'unchanged@marie.example', { targets });
      const { alias } = await app.features.aliases.page(marie, 'marie.example', id);
      assert.equal(alias.version, 1);
      assert.equal((await audited('unchanged@marie.example')).length, 1);
    });

    it('reject a change of an older version', async () => {
      const { app, marie, addAlias, setAlias } = scene;
      const id = await addAlias(marie, 'stale@marie.example', 'box@marie.example');
      await setAlias(app.operator, 'stale@marie.example', { targets: ['other@marie.example'] });
      const form = parseForm(aliasForm(DomainName.parse('marie.example')), {
        version: '1',
        address: 'stale',
        targets: 'box@marie.example',
      });
      await assert.rejects(
        app.features.aliases.change(marie, 'marie.example', id, form),
        ConflictError,
      );
      const [change] = await app.features.aliases.meanwhile(marie, 'marie.example', id, 1);
      assert.deepEqual(change?.after, { targets: 'other@marie.example', version: 2 });
    });

    it('answer with not found outside of the viewer’s scope', async () => {
      const { app, marie, paul, addAlias } = scene;
      const id = await addAlias(marie, 'secret@marie.example', 'box@marie.example');
      const { aliases } = app.features;
      for (const domain of ['marie.example', 'paul.example']) {
        await assert.rejects(aliases.page(paul, domain, id), NotFoundError);
        await assert.rejects(aliases.removal(paul, domain, id), NotFoundError);
        await assert.rejects(aliases.remove(paul, domain, id), NotFoundError);
      }
    });
  });
}
