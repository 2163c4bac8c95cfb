import assert from 'node:assert/strict';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Child } from '../support/child.js';
import { startMailHost } from '../support/mail/mail-host.js';
import { startResolver } from '../support/mail/resolver.js';
import {
  isListening,
  removeFolder,
  startedProcesses,
  temporaryFolder,
  until,
} from '../support/processes.js';

interface Abandoned {
  readonly groups: readonly number[];
  readonly address: string;
}

describe('a process started by the mail tests', () => {
  let temporary: string;

  beforeEach(() => {
    temporary = temporaryFolder('abandoned');
  });

  afterEach(() => removeFolder(temporary));

  it('is stopped when the run ends without stopping it', async () => {
    const { child, left } = await abandon('exit', temporary);
    await child.ended;
    await assertGone(left, temporary);
  });

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
    it(`is stopped when the run is ended by ${signal}`, async () => {
      const { child, left } = await abandon('wait', temporary);
      await child.stop(signal);
      await assertGone(left, temporary);
    });
  }

  it('is stopped by its own stop function', async () => {
    const before = startedProcesses();
    const resolver = await startResolver({});
    const host = await startMailHost({
      maps: { engine: 'sqlite', file: '/nowhere/mail.sqlite' },
      resolver,
    });
    const started = startedProcesses().filter((each) => !before.includes(each));
    assert.equal(started.length, 3);
    await host.stop();
    await resolver.stop();
    assert.deepEqual(startedProcesses(), before);
    assert.deepEqual(processesOf(started, dirname(host.options.storage.folder)), []);
  });
});

async function abandon(
  how: 'exit' | 'wait',
  temporary: string,
): Promise<{ child: Child; left: Abandoned }> {
  const script = fileURLToPath(new URL('../support/mail/abandoned.ts', import.meta.url));
  const child = Child.ofScript(script, [how], { ...process.env, TMPDIR: temporary });
  const [left] = await child.prints(/^\{.*\}$/m);
  return { child, left: JSON.parse(left) as Abandoned };
}

async function assertGone({ groups, address }: Abandoned, temporary: string): Promise<void> {
  assert.equal(groups.length, 4);
  await until(() => processesOf(groups, temporary).length === 0);
  await until(() => relaisFolders(temporary).length === 0);
  for (const port of [25, 53, 110, 143, 587]) {
    assert.equal(await isListening({ host: address, port }), false);
  }
}

function relaisFolders(temporary: string): string[] {
  return readdirSync(temporary).filter((name) => name.startsWith('relais-'));
}

/** Processes of the groups, and those that have left them but work in the folder, as verify(8) does. */
function processesOf(groups: readonly number[], folder: string): string[] {
  return readdirSync('/proc').filter((entry) => {
    try {
      // Its name may contain spaces; its state, parent and group follow (proc(5)).
      const [, state, group] =
        /\) (\w) \d+ (\d+) /.exec(readFileSync(`/proc/${entry}/stat`, 'utf8')) ?? [];
      const isOurs =
        groups.includes(Number(group)) || readlinkSync(`/proc/${entry}/cwd`).startsWith(folder);
      return isOurs && state !== 'Z';
    } catch {
      return false;
    }
  });
}
