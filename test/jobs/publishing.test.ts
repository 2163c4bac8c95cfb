import assert from 'node:assert/strict';
import Sqlite from 'better-sqlite3';
import { mailFileOf } from '../../plugin/mail-server/data-files.js';
import { addDomain } from '../support/fixtures.js';
import { useOpened } from '../support/opened.js';
import { JobScene } from './counting.js';

/** On MariaDB, what is committed is mail behaviour. */
describe('what a job changes, in the mail servers’ file', () => {
  const scene = useOpened(() => JobScene.open('sqlite'));
  const names = ['a.example', 'b.example', 'c.example'];
  before(async () => {
    for (const name of names) {
      await addDomain(scene.app, name, 'marie');
    }
  });
  beforeEach(async () => {
    await scene.clear();
    await scene.app.db.knex('domains').update({ mail_enabled: 1 });
    await scene.app.maps.rebuild();
    scene.counting.whileWriting = async (from, { tx, touch }) => {
      const { id } = await tx('domains')
        .where({ name: names[from / 10] ?? '' })
        .first('id');
      await tx('domains').where({ id }).update({ mail_enabled: 0 });
      await touch([id]);
    };
  });

  const on = (): readonly unknown[] => {
    const file = new Sqlite(mailFileOf(scene.app.config), { readonly: true });
    const keys = file.prepare('SELECT lookup_key FROM postfix_mailbox_domains').pluck().all();
    file.close();
    return keys;
  };

  it('is there when the job is done, and was copied for several chunks at once', async () => {
    const id = await scene.start({ to: 30 });
    const seen: number[] = [];
    scene.counting.beforeReading = async () => {
      seen.push(on().length);
    };
    await scene.work();
    assert.equal((await scene.find(id)).state, 'done');
    assert.deepEqual(seen, [3, 2, 2, 2]);
    assert.deepEqual(on(), []);
    assert.deepEqual(await scene.app.db.knex('mail_map_changes'), []);
  });

  it('is there when the job is cancelled', async () => {
    const id = await scene.start({ to: 30 });
    const { jobs } = scene.process();
    scene.counting.beforeReading = async (from) => {
      if (from === 20) {
        await jobs.cancel(scene.marie, id);
      }
    };
    await scene.work();
    assert.equal((await scene.find(id)).state, 'cancelled');
    assert.deepEqual(on(), []);
  });

  it('is there when the job has failed', async () => {
    await scene.start({ to: 30 });
    scene.counting.beforeReading = async (from) => {
      if (from === 20) {
        throw new Error('unexpected');
      }
    };
    await scene.work();
    assert.equal(on().length, 1);
    assert.deepEqual(await scene.app.db.knex('mail_map_changes'), []);
  });
});
