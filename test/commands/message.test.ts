import assert from 'node:assert/strict';
import { Scene } from '../features/messages/scene.js';
import { type CliResult, relais } from '../support/cli.js';
import { useOpened } from '../support/opened.js';

describe('relais message', () => {
  const scene = useOpened(() => Scene.open('sqlite'));
  before(async () => {
    await scene.addServer(587);
  });

  const run = (...args: readonly string[]): Promise<CliResult> =>
    relais(scene.app.config.dataFolder, 'message', ...args);

  it('lists messages, shows one without its content, cancels it and queues it again', async () => {
    const { message } = await scene.accept(scene.app.features, { text: 'A secret' });
    const id = String(message.id);
    assert.match((await run('list', '--search', 'anna')).out, /Your order +anna@elsewhere\.test/);
    const { out: json } = await run('list', '--json');
    assert.deepEqual(
      JSON.parse(json).map((each: Record<string, unknown>) => [
        each['id'],
        each['owner'],
        each['state'],
      ]),
      [[message.id, 'marie', 'queued']],
    );
    const shown = (await run('show', id)).out;
    assert.match(shown, /Status +Waiting/);
    assert.match(shown, /To +anna@elsewhere\.test +Not yet/);
    assert.doesNotMatch(shown, /secret/);
    assert.equal(JSON.parse((await run('show', id, '--json')).out).messageId, message.messageId);

    assert.match((await run('cancel', id)).out, /will not be sent/);
    assert.match((await run('cancel', id)).errors, /Only a message that is waiting/);
    assert.equal((await run('retry', id)).code, 0);
    assert.equal((await scene.page(message.id)).message.state, 'queued');
  });

  it('reports an unknown message', async () => {
    for (const id of ['99', 'x', '1e3']) {
      const { code, errors } = await run('show', id);
      assert.equal(code, 1);
      assert.match(errors, /This page does not exist/);
    }
  });
});
