import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { EmailAddress } from '../../plugin/addresses/index.js';
import { Claims } from '../../plugin/features/messages/claims.js';
import { Child } from '../support/child.js';
import { useMailScene } from './scene.js';

const script = fileURLToPath(new URL('killed-process.ts', import.meta.url));
const guest = { address: EmailAddress.parse('guest@elsewhere.test'), locale: 'en' } as const;

describe('mails of the panel whose process is killed', () => {
  const scene = useMailScene('sqlite');

  const queueAndDie = async (when: 'before' | 'after'): Promise<void> => {
    const child = Child.ofScript(script, [scene.app.config.dataFolder, when]);
    await child.ended;
    assert.equal(child.process.signalCode, 'SIGKILL', child.errors);
  };

  it('are sent by another if their change was committed, and otherwise never', async () => {
    await queueAndDie('before');
    await queueAndDie('after');
    await scene.drain();
    const subjects = (await scene.arrived()).map(({ subject }) => subject);
    assert.deepEqual(subjects, ['Test mail of after']);
  });

  it('are sent once, if it was killed before it handed them over', async () => {
    await scene.queue(guest);
    const { db } = scene.app;
    await scene.server.stop();
    await scene.drain();
    const [message] = await db.knex('messages').select('id', 'state');
    assert.equal(message.state, 'queued');
    await db.knex('messages').update({ next_attempt_at: 0 });
    const claims = new Claims(db, Date.now);
    assert.ok(await claims.next(scene.anna.accountId));
    await db.knex('messages').update({ lease_until: 1 });
    await scene.restartServer();
    await db.knex('smtp_server_troubles').delete();
    await scene.drain();
    await scene.drain();
    assert.equal((await scene.arrived()).length, 1);
    assert.deepEqual(await db.knex('messages').pluck('state'), ['sent']);
  });
});
