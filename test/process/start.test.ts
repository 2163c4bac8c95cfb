import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { openDatabase } from '../../plugin/database/database.js';
import { programFolder } from '../../plugin/runtime/paths.js';
import { Child } from '../support/child.js';
import { relais } from '../support/cli.js';
import { freePort, temporaryFolder } from '../support/processes.js';

const cli = join(programFolder, 'dist/plugin/cli.js');

async function started(...args: readonly string[]): Promise<Child & { readonly url: string }> {
  const child = new Child(process.execPath, [cli, 'start', '--port', '0', ...args], {
    env: { PATH: process.env['PATH'] },
  });
  const [, url = ''] = await child.prints(/listens on (\S+)\/\s/);
  return Object.assign(child, { url });
}

describe('relais start', () => {
  it('creates an administrator at the first start and prints one link, which works once', async () => {
    const data = join(temporaryFolder('start'), 'data');
    const first = await started('--data', data);
    const [link] = await first.prints(/http\S+\/sign-in\/\S+(?=\s)/);

    assert.match(await (await fetch(link)).text(), /<form method="post"/);
    const press = { method: 'POST', redirect: 'manual' } as const;
    assert.equal((await fetch(link, press)).status, 303);
    assert.equal((await fetch(link, press)).status, 410);
    assert.equal(await first.stop(), 0);
    assert.ok(!first.errors.includes(link.split('/').at(-1) ?? ''), 'the log has no token');

    const second = await started('--data', data);
    assert.equal(await second.stop(), 0);
    assert.doesNotMatch(second.out, /sign-in/);
  });

  it("keeps its files private, except for the mail servers' own", async () => {
    const data = join(temporaryFolder('modes'), 'data');
    await (await started('--data', data)).stop();
    const modeOf = (file: string): number => statSync(join(data, file)).mode & 0o777;
    assert.equal(modeOf('.'), 0o711);
    assert.equal(modeOf('relais.sqlite'), 0o600);
    assert.equal(modeOf('relais.key'), 0o600);
    assert.equal(modeOf('mail/mail.sqlite'), 0o660);
  });

  it('finishes a request in flight on SIGTERM, and accepts no other', async () => {
    const run = await started('--data', join(temporaryFolder('stop'), 'data'));
    const { port } = new URL(run.url);
    const socket = connect(Number(port), '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => (answer += String(chunk)));
    socket.write(
      'POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 18\r\n\r\nlogin=a&',
    );
    await new Promise((resolve) => setTimeout(resolve, 100));

    run.process.kill('SIGTERM');
    await run.until(() => run.errors.includes('stopping'));
    await assert.rejects(fetch(`${run.url}/healthz`));
    socket.write('password=b');

    assert.equal(await run.ended, 0);
    assert.match(answer, /^HTTP\/1\.1 422 /);
  });

  it('exits although a client never finishes its request', async () => {
    const run = await started('--data', join(temporaryFolder('stuck'), 'data'));
    const socket = connect(Number(new URL(run.url).port), '127.0.0.1');
    let answer = '';
    socket.on('error', () => {}).on('data', (chunk) => (answer += String(chunk)));
    socket.write('POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n');
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(await run.stop(), 0);
    // Node itself would have answered 408 (https://nodejs.org/api/http.html#serverrequesttimeout).
    assert.doesNotMatch(answer, /^HTTP\/1\.1 408 /);
  });

  describe('reports in one line why it cannot start', () => {
    const cases: [why: string, args: () => Promise<readonly string[]>, message: RegExp][] = [
      [
        'a port in use',
        portInUse,
        /port \d+, is in use; choose another with --port or RELAIS_PORT\.\n$/,
      ],
      [
        'a folder that cannot be written to',
        async () => ['--data', '/proc/relais'],
        /cannot be written to/,
      ],
      ['a file in the place of the folder', fileAsFolder, /cannot be written to/],
      [
        'an option that it does not know',
        async () => ['--colour', 'red'],
        /unknown option '--colour'/,
      ],
      ['a port that is none', async () => ['--port', '70000'], /port "70000" is not valid/],
      [
        'a database that it does not know',
        async () => ['--database', 'oracle://x'],
        /must be `sqlite`/,
      ],
      ['a file that is no database', noDatabase, /cannot be opened as a database/],
      ['a database that is newer than the program', newerDatabase, /newer than this program/],
      ['an empty key file', emptyKey, /Line 1 of the key file .* is not a key/],
      ['a server that does not answer', noServer, /ECONNREFUSED/],
    ];
    for (const [why, args, message] of cases) {
      it(why, async () => {
        const { code, out, errors } = await relais(
          temporaryFolder('unused'),
          'start',
          ...(await args()),
        );
        assert.deepEqual([code, out], [1, '']);
        assert.match(errors, message);
        assert.doesNotMatch(errors, /\n\s+at |secret/);
      });
    }
  });
});

async function portInUse(): Promise<readonly string[]> {
  const other = await started('--data', join(temporaryFolder('other'), 'data'));
  after(() => other.stop());
  return ['--port', new URL(other.url).port, '--data', join(temporaryFolder('taken'), 'data')];
}

async function fileAsFolder(): Promise<readonly string[]> {
  const file = join(temporaryFolder('file'), 'data');
  writeFileSync(file, '');
  return ['--data', file];
}

async function emptyKey(): Promise<readonly string[]> {
  const data = temporaryFolder('empty-key');
  writeFileSync(join(data, 'relais.key'), '', { mode: 0o600 });
  return ['--data', data];
}

async function noDatabase(): Promise<readonly string[]> {
  const data = temporaryFolder('garbage');
  writeFileSync(join(data, 'relais.sqlite'), readFileSync(cli));
  return ['--data', data];
}

async function newerDatabase(): Promise<readonly string[]> {
  const data = join(temporaryFolder('newer'), 'data');
  mkdirSync(data);
  const db = openDatabase({ engine: 'sqlite', file: join(data, 'relais.sqlite') });
  await db.knex.migrate.latest({
    migrationSource: {
      getMigrations: async () => ['999-future'],
      getMigrationName: (name: string) => name,
      getMigration: async () => ({ up: async () => {}, down: async () => {} }),
    },
  });
  await db.close();
  return ['--data', data];
}

async function noServer(): Promise<readonly string[]> {
  const port = await freePort();
  return [
    '--database',
    `mysql://relais:secret@127.0.0.1:${port}/relais`,
    '--data',
    join(temporaryFolder('no-server'), 'data'),
  ];
}
