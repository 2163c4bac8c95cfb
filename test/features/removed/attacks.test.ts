import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { DomainName, EmailAddress } from '../../../plugin/addresses/index.js';
import { ConflictError, InvalidInputError } from '../../../plugin/errors.js';
import { sealedIn } from '../../../plugin/feature.js';
import { keysFor } from '../../../plugin/secrets/key-file.js';
import { eraseMail } from '../../../plugin/features/removed/mail-erasure.js';
import { reseal } from '../../../plugin/secrets/sealed-columns.js';
import { Secrets } from '../../../plugin/secrets/secrets.js';
import { engines } from '../../support/app.js';
import { addConfirmedServer } from '../../support/confirmed-server.js';
import { addAccount, addDomain, viewerOf } from '../../support/fixtures.js';
import { useOpened } from '../../support/opened.js';
import { temporaryFolder } from '../../support/processes.js';
import { Scene } from '../mailboxes/scene.js';

const dayMs = 24 * 60 * 60 * 1000;

for (const engine of engines) {
  describe(`removed things under attack on ${engine}`, () => {
    const scene = useOpened(() => Scene.open(engine));

    const removalOf = async (name: string): Promise<number> => {
      const row = await scene.app.db.knex('removals').where({ name }).first('id');
      return Number(row.id);
    };
    const removeMailbox = async (address: string): Promise<number> => {
      const { mailboxes } = scene.app.features;
      const { domain, mailbox } = await mailboxes.byAddress(
        scene.marie,
        EmailAddress.parse(address),
      );
      await mailboxes.remove(scene.marie, domain.name, mailbox.id);
      return await removalOf(address);
    };
    const plan = async (numbers: object): Promise<void> => {
      await scene.app.db.knex('plans').where({ id: scene.planId }).update(numbers);
    };

    it('come back within a plan that has shrunk meanwhile, or not at all', async () => {
      const { app, marie, addMailbox } = scene;
      await addMailbox(marie, 'big@marie.example', { quotaMegabytes: '500' });
      const removal = await removeMailbox('big@marie.example');
      await plan({ max_quota_bytes: 100 * 1024 ** 2 });
      const { left } = await app.features.removedThings.restore(marie, removal);
      assert.deepEqual(
        left.map(({ key }) => key),
        ['removed.left.quota'],
      );
      assert.equal((await scene.mailboxRow('big@marie.example'))?.quota_bytes, 100 * 1024 ** 2);

      const again = await removeMailbox('big@marie.example');
      await addMailbox(marie, 'other@marie.example', { quotaMegabytes: '1' });
      await plan({ max_mailboxes: 1 });
      await assert.rejects(
        app.features.removedThings.restore(marie, again),
        (error) => error instanceof ConflictError && error.key === 'mailboxes.errors.plan-full',
      );
      const reader = { ...marie, permissions: new Set(['removed.view', 'removed.manage']) };
      await plan({ max_mailboxes: null, max_quota_bytes: null });
      await assert.rejects(app.features.removedThings.restore(reader, again), {
        key: 'errors.not-permitted',
      });
      await assert.rejects(app.features.removedThings.erase(reader, again), {
        key: 'errors.not-permitted',
      });
      await app.features.removedThings.restore(marie, again);
    });

    it('do not come back into a loop that was set up meanwhile', async () => {
      const { app, marie, addMailbox, addAlias, removeAlias, setAlias } = scene;
      await addMailbox(marie, 'end@marie.example');
      await addAlias(marie, 'first@marie.example', 'end@marie.example');
      await addAlias(marie, 'second@marie.example', 'first@marie.example');
      await setAlias(marie, 'second@marie.example', { targets: ['end@marie.example'] });
      await removeAlias(marie, 'second@marie.example');
      const removal = await removalOf('second@marie.example');
      await app.db
        .knex('removals')
        .where({ id: removal })
        .update({
          held: JSON.stringify({
            fields: { targets: 'first@marie.example' },
            domain: 'marie.example',
          }),
        });
      await app.db
        .knex('removal_rows')
        .where({ removal_id: removal, table_name: 'alias_targets' })
        .update({
          content: JSON.stringify([
            {
              alias_id: Number((await rowOf('second@marie.example')).thing_id),
              target: 'first@marie.example',
            },
          ]),
        });
      await app.db
        .knex('alias_targets')
        .whereIn(
          'alias_id',
          app.db.knex('aliases').where({ address: 'first@marie.example' }).select('id'),
        )
        .update({ target: 'second@marie.example' });
      await assert.rejects(app.features.removedThings.restore(marie, removal), ConflictError);
    });
    const rowOf = async (name: string): Promise<{ thing_id: unknown }> =>
      await scene.app.db.knex('removals').where({ name }).first();

    it('keep a domain’s name from others, who are told that an administrator can free it', async () => {
      const { app } = scene;
      await addAccount(app, 'first-reseller', { role: 'reseller', planId: scene.planId });
      const other = await viewerOf(
        app,
        await addAccount(app, 'second-reseller', { role: 'reseller', planId: scene.planId }),
      );
      await addDomain(app, 'wanted.example', 'first-reseller');
      const name = DomainName.parse('wanted.example');
      const removal = await app.panel.domains.remove(app.operator, name.ascii, {
        confirmation: name,
      });
      const form = { name, owner: '', locale: 'en' } as const;
      const refusedWith = async (key: string): Promise<void> => {
        await assert.rejects(
          app.panel.domains.create(other, form),
          (error) => error instanceof InvalidInputError && error.fields['name']?.key === key,
        );
      };
      await refusedWith('removed.errors.reserved-elsewhere');
      await assert.rejects(app.features.removedThings.page(other, removal ?? 0), {
        name: 'NotFoundError',
      });
      await app.features.removedThings.restore(app.operator, removal ?? 0);
      await refusedWith('domains.errors.taken');
    });

    it('do not hinder a panel that makes a removed domain anew and removes it again', async () => {
      const { app } = scene;
      const name = DomainName.parse('again.example');
      await addDomain(app, name.ascii, 'marie');
      const ids: number[] = [];
      for (let time = 0; time < 2; time += 1) {
        const removal = await app.panel.domains.remove(app.operator, name.ascii, {
          confirmation: name,
        });
        ids.push(removal ?? 0);
        if (time === 0) {
          // As a foreign panel does, which asks nobody.
          await app.db.knex('removals').where({ id: removal }).update({ reserved: null });
          await addDomain(app, name.ascii, 'marie');
          await app.db.knex('removals').where({ id: removal }).update({ reserved: name.ascii });
        }
      }
      const [older = 0, newer = 0] = ids;
      await app.features.removedThings.restore(app.operator, newer);
      await assert.rejects(app.features.removedThings.restore(app.operator, older), {
        key: 'domains.errors.taken',
      });
    });

    it('keep the password of an SMTP server encrypted, by the newest key, and give it back', async () => {
      const { app } = scene;
      const id = await addConfirmedServer(app, 'marie.example', { password: 'a secret' });
      await app.features.smtpServers.remove(app.operator, id);
      const removal = (await app.features.smtpServers.removedAs(id)) ?? 0;
      const before = await app.db.knex('removals').where({ id: removal }).first();
      const kept = await app.db.knex('removal_rows').where({ removal_id: removal });
      assert.doesNotMatch(JSON.stringify(kept), /v1/);
      const fresh = randomBytes(32);
      const known = keysFor('smtp servers', app.config.dataFolder);
      const ofRemovals = sealedIn(app.registered).filter(({ table }) => table === 'removals');
      assert.equal(await reseal(app.db, new Secrets([fresh, ...known]), ofRemovals), 1);
      const after = await app.db.knex('removals').where({ id: removal }).first();
      const place = { table: 'smtp_servers', column: 'secret', row: id };
      assert.equal(
        new Secrets([fresh]).open(after.secret, place),
        app.secrets.open(before.secret, place),
      );
      assert.equal(await reseal(app.db, new Secrets([...known, fresh]), ofRemovals), 1);
      await app.features.removedThings.restore(app.operator, removal);
      assert.deepEqual(await app.features.smtpServerStore.secretOf(app.db.knex, id), {
        password: 'a secret',
      });
    });

    it('end after their time, with the mail on the host', async () => {
      const { app, marie, addMailbox } = scene;
      const id = await addMailbox(marie, 'old@marie.example');
      await removeMailbox('old@marie.example');
      const row = await app.db.knex('domains').where({ name: 'marie.example' }).first('id');
      const folder = temporaryFolder('mail');
      const stored = join(folder, String(row.id), String(id));
      mkdirSync(join(stored, 'Maildir'), { recursive: true });
      const { removedSweeper: sweeper } = app.features;
      assert.equal(await sweeper.sweep(Date.now() + 29 * dayMs), 0);
      assert.equal(await eraseMail(app.db.knex, folder), 0);
      assert.ok((await sweeper.sweep(Date.now() + 31 * dayMs)) > 0);
      assert.equal((await app.db.knex('removals')).length, 0);
      assert.equal(await eraseMail(app.db.knex, folder), 1);
      assert.ok(!existsSync(stored));
    });

    it('are kept for as long as the settings say when they are removed', async () => {
      const { app, marie, addMailbox } = scene;
      for (const days of [['7'], []]) {
        await app.features.settings.change(app.operator, { 'removed-days': days });
        await addMailbox(marie, 'kept@marie.example');
        const removal = await removeMailbox('kept@marie.example');
        const row = await app.db.knex('removals').where({ id: removal }).first();
        const [kept] = days;
        assert.equal(
          row.kept_until,
          kept === undefined ? null : row.removed_at + Number(kept) * dayMs,
        );
        await app.features.removedThings.erase(marie, removal);
      }
    });
  });
}
