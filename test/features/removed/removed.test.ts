import assert from 'node:assert/strict';
import { DomainName, EmailAddress } from '../../../plugin/addresses/index.js';
import { mailViewNames } from '../../../plugin/mail-server/views.js';
import { ConflictError, InvalidInputError, NotFoundError } from '../../../plugin/errors.js';
import type { Viewer } from '../../../plugin/viewing/viewer.js';
import { engines } from '../../support/app.js';
import { useOpened } from '../../support/opened.js';
import { Scene, goodPassword } from '../mailboxes/scene.js';

for (const engine of engines) {
  describe(`what is removed on ${engine}`, () => {
    const scene = useOpened(() => Scene.open(engine));

    const views = async (): Promise<unknown> => {
      const rows: Record<string, unknown> = {};
      for (const view of mailViewNames) {
        const found: readonly object[] = await scene.app.db.knex(view);
        rows[view] = found.map((row) => JSON.stringify(row)).toSorted();
      }
      return rows;
    };
    const removeMailbox = async (by: Viewer, address: string): Promise<number> => {
      const { app } = scene;
      const { domain, mailbox } = await app.features.mailboxes.byAddress(
        by,
        EmailAddress.parse(address),
      );
      await app.features.mailboxes.remove(by, domain.name, mailbox.id);
      return await removalOf(address);
    };
    const removalOf = async (name: string): Promise<number> => {
      const row = await scene.app.db.knex('removals').where({ name }).first('id');
      return Number(row.id);
    };
    const removeDomain = async (name: string): Promise<number> => {
      const { app } = scene;
      await app.panel.domains.remove(app.operator, name, { confirmation: DomainName.parse(name) });
      return await removalOf(name);
    };

    it('restores a mailbox with its user, its aliases and their targets', async () => {
      const { app, marie, addMailbox, addAlias, targetsOf } = scene;
      const id = await addMailbox(marie, 'back@marie.example', { displayName: 'Back' });
      await addMailbox(marie, 'other@marie.example');
      await addAlias(marie, 'only@xn--bcher-kva.example', 'back@marie.example');
      await addAlias(marie, 'over@marie.example', 'only@xn--bcher-kva.example');
      await addAlias(marie, 'both@marie.example', 'back+tag@marie.example', 'other@marie.example');
      await app.panel.signIn.withPassword('back@marie.example', goodPassword, {
        ip: '198.51.100.1',
      });
      const account = await app.panel.accountStore.knownByLogin('back@marie.example');
      const before = await views();
      const row = await scene.mailboxRow('back@marie.example');

      const removal = await removeMailbox(marie, 'back@marie.example');
      assert.equal(await targetsOf('over@marie.example'), undefined);
      const restored = await app.features.removedThings.restore(marie, removal);
      assert.deepEqual(restored.left, []);
      assert.deepEqual(await views(), before);
      assert.deepEqual(await scene.mailboxRow('back@marie.example'), row);
      assert.equal(row?.id, id);
      assert.deepEqual(await app.panel.accountStore.knownByLogin('back@marie.example'), account);
      assert.deepEqual(await targetsOf('over@marie.example'), ['only@xn--bcher-kva.example']);
      const words = await app.db.knex('mailbox_words').where({ id });
      assert.ok(words.length > 0);
      assert.equal((await app.db.knex('removals')).length, 0);
    });

    it('gives a domain back with its mailboxes and aliases', async () => {
      const { app, addMailbox, addAlias, paul } = scene;
      await addMailbox(paul, 'one@paul.example');
      await addAlias(paul, 'info@paul.example', 'one@paul.example');
      const before = await views();
      const row = await app.db.knex('domains').where({ name: 'paul.example' }).first();
      const removal = await removeDomain('paul.example');
      assert.notDeepEqual(await views(), before);
      await app.features.removedThings.restore(app.operator, removal);
      assert.deepEqual(await views(), before);
      assert.deepEqual(await app.db.knex('domains').where({ name: 'paul.example' }).first(), row);
    });

    it('keeps names reserved until they are free for good', async () => {
      const { app, marie, addMailbox, addAlias } = scene;
      await addMailbox(marie, 'name@marie.example');
      const removal = await removeMailbox(marie, 'name@marie.example');
      await assert.rejects(addMailbox(marie, 'name@marie.example'), isReserved);
      await assert.rejects(
        addAlias(marie, 'name@marie.example', 'box@elsewhere.example'),
        isReserved,
      );
      await app.features.removedThings.erase(marie, removal);
      await addMailbox(marie, 'name@marie.example');
      await assert.rejects(app.features.removedThings.restore(marie, removal), NotFoundError);
      assert.equal((await app.db.knex('mail_to_erase')).length, 1);
    });

    it('are those of the viewer alone', async () => {
      const { app, marie, paul, addMailbox } = scene;
      await addMailbox(marie, 'mine@marie.example');
      const removal = await removeMailbox(marie, 'mine@marie.example');
      const { removedThings: things } = app.features;
      for (const verb of ['page', 'restore', 'erase'] as const) {
        await assert.rejects(things[verb](paul, removal), NotFoundError);
      }
      assert.equal((await things.page(marie, removal)).refusal, undefined);
    });

    it('comes back once, however many ask', async () => {
      const { app, marie, addMailbox } = scene;
      await addMailbox(marie, 'once@marie.example');
      const removal = await removeMailbox(marie, 'once@marie.example');
      const settled = await Promise.allSettled(
        [1, 2, 3].map(() => app.features.removedThings.restore(marie, removal)),
      );
      assert.equal(settled.filter(({ status }) => status === 'fulfilled').length, 1);
    });

    it('does not come back without its domain', async () => {
      const { app, marie, addMailbox } = scene;
      await addMailbox(marie, 'gone@xn--bcher-kva.example');
      const removal = await removeMailbox(marie, 'gone@xn--bcher-kva.example');
      const domain = await removeDomain('xn--bcher-kva.example');
      await assert.rejects(
        app.features.removedThings.restore(marie, removal),
        (error) => error instanceof ConflictError && error.key === 'removed.errors.domain-removed',
      );
      await app.features.removedThings.restore(app.operator, domain);
      await app.features.removedThings.restore(marie, removal);
      assert.notEqual(await scene.mailboxRow('gone@xn--bcher-kva.example'), undefined);
    });
  });
}

function isReserved(error: unknown): boolean {
  return (
    error instanceof InvalidInputError && error.fields['address']?.key === 'removed.errors.reserved'
  );
}
