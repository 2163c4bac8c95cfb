import assert from 'node:assert/strict';
import { Child } from './child.js';

const run = (script: string): Child => new Child(process.execPath, ['--eval', script]);

describe('waiting for a process that ends too early', () => {
  const dying =
    "process.stdout.write('half'); console.error('no such column'); process.exitCode = 3";
  const words = /ended too early \(3\)[^]*half[^]*no such column/;

  it('fails with all that it printed, whatever is waited for', async () => {
    await assert.rejects(run(dying).prints(/ready/), words);
    await assert.rejects(
      run(dying).until(() => false),
      words,
    );
    await assert.rejects(run(dying).causes(new Promise(() => {})), words);
  });

  it('does not fail when what is waited for came before the end', async () => {
    const child = run("process.stdout.write('ready 7')");
    assert.equal((await child.prints(/ready (\d)/))[1], '7');
    assert.equal(await child.causes(Promise.resolve('done')), 'done');
    assert.equal(await child.ended, 0);
  });

  it('names the signal of a killed one', async () => {
    const child = run('setInterval(() => {}, 1000)');
    await child.kill();
    await assert.rejects(child.prints(/ready/), /ended too early \(SIGKILL\)/);
  });
});
