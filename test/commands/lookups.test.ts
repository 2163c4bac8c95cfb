import assert from 'node:assert/strict';
import { createConnection } from 'node:net';
import { text } from 'node:stream/consumers';
import { startTestWeb } from '../support/app.js';
import { relais, startRelais } from '../support/cli.js';
import { addConfirmedServer } from '../support/confirmed-server.js';
import { addAccount, addDomain } from '../support/fixtures.js';
import { useTestApp } from '../support/opened.js';

const questions = ['box@marie.example', 'smtp.relay.test', '[smtp.relay.test]:587'];

describe('relais lookups', () => {
  const app = useTestApp();

  before(async () => {
    await addAccount(app, 'marie');
    await addDomain(app, 'marie.example', 'marie');
    const server = await addConfirmedServer(app, 'marie.example', { password: 'very secret' });
    await app.db.knex('domains').update({ relay_id: server });
  });

  const data = (): string[] => ['--data', app.config.dataFolder];

  /** The answers that Postfix would receive. */
  const answers = async (): Promise<string> => {
    const socket = createConnection(app.config.lookups);
    socket.end(questions.map((key) => netstring(`starttls-login ${key}`)).join(''));
    return await text(socket);
  };

  const right = ['NOTFOUND ', 'NOTFOUND ', 'OK relay:very secret'].map(netstring).join('');

  it('answers, refuses to start twice, and replaces the socket of a killed process', async () => {
    const first = await startRelais(/answers look-ups at/, [...data(), 'lookups']);
    assert.equal(await answers(), right);
    const second = await relais(app.config.dataFolder, 'lookups');
    assert.deepEqual([second.code, second.out], [1, '']);
    assert.match(second.errors, /^Another process answers look-ups at .*\n$/);

    await first.stop('SIGKILL');
    await assert.rejects(answers(), /ECONNREFUSED/);
    const third = await startRelais(/answers look-ups at/, [...data(), 'lookups']);
    assert.equal(await answers(), right);
    await third.stop();
    await assert.rejects(answers(), /ENOENT/);
  });

  it('--check reports whether it runs', async () => {
    const check = () => relais(app.config.dataFolder, 'lookups', '--check');
    const absent = await check();
    assert.deepEqual([absent.code, absent.out], [1, '']);
    assert.match(
      absent.errors,
      /^On this host nobody answers look-ups at .*: mail through relays waits /,
    );
    const web = await startTestWeb(app);
    const ready = async () => await (await fetch(new URL('/readyz', web.url))).text();
    assert.match(await ready(), /^ready\nnobody answers look-ups at .*\n$/);

    const running = await startRelais(/answers look-ups at/, [...data(), 'lookups']);
    assert.deepEqual(await check(), { code: 0, out: '', errors: '' });
    assert.equal(await ready(), 'ready\n');
    await running.stop();
    await web.stop();
  });

  it('runs within the panel unless a process of its own runs already', async () => {
    const panel = await startRelais(/listens on/, [...data(), 'start', '--port', '0']);
    assert.equal(await answers(), right);
    await panel.stop();
    await assert.rejects(answers(), /ENOENT/);

    const alone = await startRelais(/answers look-ups at/, [...data(), 'lookups']);
    const beside = await startRelais(/listens on/, [...data(), 'start', '--port', '0']);
    assert.equal(await answers(), right);
    await beside.stop();
    assert.equal(await answers(), right);
    await alone.stop();
  });
});

function netstring(content: string): string {
  return `${content.length}:${content},`;
}
