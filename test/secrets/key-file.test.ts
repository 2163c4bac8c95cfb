import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { StartError } from '../../plugin/errors.js';
import {
  addSecret,
  dropSecretsBehind,
  keysFor,
  newestSecret,
  prepareKeyFile,
} from '../../plugin/secrets/key-file.js';
import { programFolder } from '../../plugin/runtime/paths.js';
import { findSources } from '../../plugin/runtime/threads.js';
import { Child } from '../support/child.js';
import { temporaryFolder } from '../support/processes.js';

const key = randomBytes(32).toString('base64');
const older = randomBytes(32).toString('base64');
const nothingSealed = async (): Promise<string[]> => [];

describe('the key file', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = temporaryFolder('key');
    file = join(folder, 'relais.key');
  });

  const lines = (): string[] => readFileSync(file, 'utf8').trimEnd().split('\n');
  const write = (content: string | Buffer): void => writeFileSync(file, content, { mode: 0o600 });
  const refusal = (): string => {
    try {
      keysFor('a purpose', folder);
    } catch (error) {
      assert.ok(error instanceof StartError, String(error));
      assert.doesNotMatch(error.message, /\n/);
      return error.message;
    }
    assert.fail('It was accepted.');
  };

  const damaged: [what: string, content: string | Buffer, line: number][] = [
    ['nothing', '', 1],
    ['blanks', ' \n\t\n', 1],
    ['no base64', '!!!!', 1],
    ['31 bytes', randomBytes(31).toString('base64'), 1],
    ['33 bytes', randomBytes(33).toString('base64'), 1],
    ['half a line', key.slice(0, 20), 1],
    ['a second line that was cut off', `${key}\n${older.slice(0, 20)}`, 2],
    ['an empty line in the place of the newest key', `\n${key}`, 1],
    ['an empty line between', `${key}\n\n${older}`, 2],
    ['two keys in one line', `${key} ${older}`, 1],
    ['zeros, as after a crash', Buffer.alloc(45), 1],
    ['zeros after the key', Buffer.concat([Buffer.from(`${key}\n`), Buffer.alloc(45)]), 2],
    ['another spelling of base64', Buffer.alloc(32, 0xff).toString('base64url'), 1],
    ['bits behind the end', `${key.slice(0, 42)}/=`, 1],
    ['UTF-16', Buffer.from(`\uFEFF${key}`, 'utf16le'), 1],
  ];
  for (const [what, content, line] of damaged) {
    it(`is refused with the line’s number but not its content when it contains ${what}`, () => {
      write(content);
      const message = refusal();
      assert.match(message, new RegExp(`^Line ${line} of the key file `));
      assert.ok(!message.includes(key.slice(0, 8)) && !message.includes(older.slice(0, 8)));
    });
  }

  const accepted: [what: string, content: string, count: number][] = [
    ['no line end', key, 1],
    ['a byte order mark', `\uFEFF${key}\n`, 1],
    ['CRLF', `${key}\r\n${older}\r\n`, 2],
    ['blanks and empty lines at the end', `${key}  \n${older}\t\n\n \n`, 2],
    ['the same key twice', `${key}\n${key}\n${older}\n`, 2],
  ];
  for (const [what, content, count] of accepted) {
    it(`is accepted with ${what}`, () => {
      write(`${key}\n`);
      const [expected] = keysFor('a purpose', folder);
      write(content);
      const keys = keysFor('a purpose', folder);
      assert.equal(keys.length, count);
      assert.deepEqual(keys[0], expected);
    });
  }

  it('is refused when it is a folder, a pipe, too large, or accessible to others', () => {
    mkdirSync(file);
    assert.match(refusal(), /is not a key file|cannot be read/);
    renameSync(file, join(folder, 'away'));
    spawnSync('mkfifo', [file]);
    assert.match(refusal(), /is not a key file/);
    renameSync(file, join(folder, 'pipe'));
    write(`${key}\n`.repeat(2000));
    assert.match(refusal(), /is not a key file/);
    write(key);
    for (const mode of [0o644, 0o602]) {
      chmodSync(file, mode);
      assert.match(refusal(), /is accessible to other users of this machine: run `chmod 600 /);
    }
    chmodSync(file, 0o640);
    assert.equal(keysFor('a purpose', folder).length, 1);
  });

  it('is created once, readable by its owner only, and kept', async () => {
    await prepareKeyFile(folder, nothingSealed);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const made = newestSecret(folder);
    await prepareKeyFile(folder, nothingSealed);
    assert.equal(newestSecret(folder), made);
    assert.deepEqual(readdirSync(folder), ['relais.key']);
  });

  it('is created once by concurrent processes', async () => {
    const script = `
      import { keyFor, prepareKeyFile } from './plugin/secrets/key-file.ts';
      await prepareKeyFile(process.argv[1], async () => []);
      process.stdout.write(keyFor('a purpose', process.argv[1]));
    `;
    const made = Array.from({ length: 4 }, () => startScript(script, folder));
    await Promise.all(made.map(({ ended }) => ended));
    const keys = made.map(({ out }) => out);
    assert.equal(new Set(keys).size, 1);
    assert.equal(keys[0]?.length, 44);
    assert.deepEqual(readdirSync(folder), ['relais.key']);
  });

  it('is not recreated while secrets are encrypted with the missing one', async () => {
    await assert.rejects(
      prepareKeyFile(folder, async () => ['1a2b3c4d']),
      /is missing.*encrypted with the key 1a2b3c4d/,
    );
    assert.equal(existsSync(file), false);
  });

  describe('during key rotation', () => {
    beforeEach(() => write(`${key}\n`));
    it('keeps a key that was added while older ones were removed', () => {
      addSecret(folder);
      const newest = newestSecret(folder);
      addSecret(folder);
      dropSecretsBehind(folder, newest);
      assert.equal(lines().length, 2);
      assert.equal(lines()[1], newest);
    });

    it('stays unchanged when it is damaged', () => {
      write(`${key}\n!!!!\n`);
      assert.throws(() => addSecret(folder), StartError);
      assert.throws(() => dropSecretsBehind(folder, key), StartError);
      assert.equal(readFileSync(file, 'utf8'), `${key}\n!!!!\n`);
    });

    it('stays unchanged when it was replaced meanwhile', () => {
      assert.throws(() => dropSecretsBehind(folder, older), /was replaced meanwhile/);
      assert.deepEqual(lines(), [key]);
    });

    it('survives a command that was killed halfway', async () => {
      const holder = await startHolder(`${file}.locked`);
      await holder.kill();
      assert.deepEqual(readdirSync(folder).toSorted(), ['relais.key', 'relais.key.locked']);
      writeFileSync(`${file}.new`, 'half a k', { mode: 0o644 });
      addSecret(folder);
      assert.equal(lines().length, 2);
      assert.equal(lines().at(-1), key);
      assert.equal(statSync(file).mode & 0o777, 0o600);
      assert.deepEqual(readdirSync(folder), ['relais.key']);
    });

    it('refuses a second command at once while another one changes it', async () => {
      const holder = await startHolder(`${file}.locked`);
      assert.throws(() => addSecret(folder), /^StartError: Another command is changing the key/);
      assert.deepEqual(lines(), [key]);
      await holder.kill();
      addSecret(folder);
      assert.equal(lines().length, 2);
    });

    it('loses no key when commands start at once after one was killed', async () => {
      const holder = await startHolder(`${file}.locked`);
      await holder.kill();
      const added = await Promise.all(Array.from({ length: 3 }, () => addManySecrets(folder)));
      assert.deepEqual(
        lines().length - 1,
        added.reduce((sum, count) => sum + count, 0),
      );
      assert.deepEqual(readdirSync(folder), ['relais.key']);
    });

    it('is recreated by `relais key add` when it is lost', () => {
      renameSync(file, `${file}.lost`);
      addSecret(folder);
      assert.equal(lines().length, 1);
    });
  });
});

/** Another process that holds a file's lock. */
async function startHolder(file: string): Promise<Child> {
  const child = startScript(
    `import { exclusively } from './plugin/secrets/exclusively.ts';
    exclusively(process.argv[1], () => {
      process.stdout.write('held');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    });`,
    file,
  );
  await child.prints(/held/);
  return child;
}

/** Another process that adds keys one after the other. @returns how many it added; concurrent commands prevent the rest. */
async function addManySecrets(folder: string): Promise<number> {
  const child = startScript(
    `import { addSecret } from './plugin/secrets/key-file.ts';
    let added = 0;
    for (let attempt = 0; attempt < 60; attempt += 1) {
      try {
        addSecret(process.argv[1]);
        added += 1;
      } catch (error) {
        if (!error.message.startsWith('Another command')) throw error;
      }
    }
    process.stdout.write(String(added));`,
    folder,
  );
  assert.equal(await child.ended, 0, child.errors);
  return Number(child.out);
}

function startScript(script: string, argument: string): Child {
  const args = ['--import', findSources, '--input-type=module', '-e', script, argument];
  return new Child(process.execPath, args, { cwd: programFolder });
}
