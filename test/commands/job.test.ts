import assert from 'node:assert/strict';
import { JobScene } from '../jobs/counting.js';
import { type CliResult, relais } from '../support/cli.js';
import { useOpened } from '../support/opened.js';

describe('relais job', () => {
  const scene = useOpened(() => JobScene.open('sqlite'));

  const run = (...args: readonly string[]): Promise<CliResult> =>
    relais(scene.app.config.dataFolder, 'job', ...args);

  it('lists jobs, shows one with its progress, and cancels it', async () => {
    const done = String(await scene.start({ to: 12 }));
    await scene.process().jobWorker.drain();
    const waiting = String(await scene.start());

    assert.match((await run('list')).out, /Jobs +marie +Done +12 of 12 +12 done/);
    const { out: json } = await run('list', '--json');
    assert.deepEqual(
      JSON.parse(json).map((each: Record<string, unknown>) => [each['state'], each['done']]),
      [
        ['queued', 0],
        ['done', 12],
      ],
    );
    assert.match(
      (await run('show', done)).out,
      /Status +Done\nProgress +12 of 12\nResult +12 done/,
    );
    const shown = JSON.parse((await run('show', done, '--json')).out);
    assert.deepEqual([shown.actor, shown.total, shown.result.changed], ['marie', 12, 12]);

    assert.match((await run('cancel', waiting)).out, /has been cancelled/);
    assert.match((await run('cancel', waiting)).errors, /has already ended/);
    assert.match((await run('show', waiting)).out, /Status +Cancelled/);
    assert.equal((await run('show', '99')).code, 1);
  });
});
