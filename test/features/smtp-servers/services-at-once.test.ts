import assert from 'node:assert/strict';
import { Changes } from '../../../plugin/changes/changes.js';
import { ConflictError, NotFoundError } from '../../../plugin/errors.js';
import { parseServerForm } from '../../../plugin/features/smtp-servers/forms.js';
import { SendingServices } from '../../../plugin/features/smtp-servers/sending-services.js';
import { engines } from '../../support/app.js';
import { refusedFields } from '../../support/refusals.js';
import { Scene, good, services } from './scene.js';
import { useOpened } from '../../support/opened.js';

for (const engine of engines) {
  describe(`services under concurrent changes, on ${engine}`, () => {
    const scene = useOpened(() => Scene.open(engine));

    const add = async (key: string): Promise<void> => {
      const { sendingServices } = scene.app.features;
      await sendingServices.create(scene.app.operator, { key, nameEn: key, nameFr: key });
    };
    const create = async (key: string): Promise<number> =>
      await scene.app.features.smtpServers.create(
        scene.marie,
        parseServerForm({ ...good, usage: 'custom', [`service.${key}`]: '1' }, [...services, key]),
      );
    /** The services of a process that is slightly late: others finish first. */
    const lateServices = (others: () => Promise<unknown>): SendingServices => {
      class LateChanges extends Changes {
        override async make<T>(...work: Parameters<typeof Changes.prototype.make<T>>): Promise<T> {
          await others();
          return await super.make(...work);
        }
      }
      const { db, maps } = scene.app;
      return new SendingServices({
        db,
        changes: new LateChanges({ db, maps, onUnpublished: assert.ifError }),
      });
    };
    const actions = async (subject: string): Promise<string[]> =>
      await scene.app.db.knex('audit_entries').where({ subject }).orderBy('id').pluck('action');
    const orphans = async (): Promise<unknown[]> =>
      await scene.app.db
        .knex('smtp_server_services')
        .whereNotIn('service', [
          ...services,
          ...(await scene.app.db.knex('sending_services').pluck('key')),
        ]);

    it('cannot be removed when a server has selected them meanwhile', async () => {
      await add('chosen');
      const late = lateServices(() => create('chosen'));
      await assert.rejects(late.remove(scene.app.operator, 'chosen'), ConflictError);
      assert.deepEqual(await orphans(), []);
      assert.deepEqual(await actions('chosen'), ['sending-service.created']);
    });

    it('are not changed or removed, nor recorded, once they are gone', async () => {
      await add('gone');
      const { sendingServices } = scene.app.features;
      const names = { nameEn: 'New', nameFr: 'Nouveau' };
      let isRemoved = false;
      const late = lateServices(async () => {
        if (!isRemoved) {
          await sendingServices.remove(scene.app.operator, 'gone');
        }
        isRemoved = true;
      });
      await assert.rejects(late.change(scene.app.operator, 'gone', names), NotFoundError);
      await assert.rejects(late.remove(scene.app.operator, 'gone'), NotFoundError);
      assert.deepEqual(await actions('gone'), [
        'sending-service.created',
        'sending-service.removed',
      ]);
    });

    it('cannot be selected for a server once they are removed', async () => {
      const gone = { services: 'smtp-servers.errors.service-gone' };
      assert.deepEqual(await refusedFields(() => create('never-there')), gone);
      const id = await scene.add(scene.marie);
      const typed = { ...good, password: '', version: '1', usage: 'custom', 'service.x': '1' };
      const form = parseServerForm(typed, ['x']);
      const change = () => scene.app.features.smtpServers.change(scene.marie, id, form);
      assert.deepEqual(await refusedFields(change), gone);
      assert.deepEqual(await orphans(), []);
    });

    it('never leave a server with a removed service, whichever comes first', async () => {
      const { sendingServices } = scene.app.features;
      for (let round = 0; round < 10; round += 1) {
        const key = `round-${round}`;
        await add(key);
        await Promise.allSettled([create(key), sendingServices.remove(scene.app.operator, key)]);
      }
      assert.deepEqual(await orphans(), []);
    });
  });
}
