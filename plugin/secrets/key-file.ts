import { hkdfSync, randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { StartError } from '../errors.js';
import { exclusively } from './exclusively.js';

const keyBytes = 32;
const longestFile = 64 * 1024;

/** A key for one purpose, derived from the installation's newest secret, in base64. */
export function keyFor(purpose: string, dataFolder: string): string {
  return keysFor(purpose, dataFolder)[0].toString('base64');
}

/**
 * The keys for one purpose, newest first, one for each line of the key file. Older ones still decrypt what was
 * encrypted before the newest was added.
 *
 * @throws {StartError} when the file is missing or damaged.
 */
export function keysFor(purpose: string, dataFolder: string): readonly [Buffer, ...Buffer[]] {
  const [newest, ...older] = secretsIn(keyFileIn(dataFolder));
  const derived = (secret: string): Buffer =>
    Buffer.from(hkdfSync('sha256', Buffer.from(secret, 'base64'), '', purpose, keyBytes));
  return [derived(newest), ...older.map(derived)];
}

/**
 * Creates the key file at the first start.
 *
 * @param neededKeyIds keys that the database's secrets are encrypted with: a lost file must not be replaced.
 * @throws {StartError} when the file is missing although it is needed, or cannot be created.
 */
export async function prepareKeyFile(
  dataFolder: string,
  neededKeyIds: () => Promise<readonly string[]>,
): Promise<void> {
  const file = keyFileIn(dataFolder);
  if (isThere(file)) {
    return;
  }
  const needed = await neededKeyIds();
  if (needed.length > 0) {
    throw new StartError(
      `The key file ${file} is missing, and the database contains passwords encrypted with the key ${needed.join(', ')}: restore it from your backup. If it is lost, \`relais key add\` creates a new one, and these passwords must be entered again.`,
    );
  }
  create(file, newSecret());
}

/** @throws {StartError} when the key file is missing or damaged. */
export function assertKeys(dataFolder: string): void {
  secretsIn(keyFileIn(dataFolder));
}

/** Adds a secret before the others; its keys encrypt from now on. */
export function addSecret(dataFolder: string): void {
  const file = keyFileIn(dataFolder);
  if (!isThere(file)) {
    create(file, newSecret());
    return;
  }
  replace(file, (secrets) => [newSecret(), ...secrets]);
}

/** The newest secret, for `dropSecretsBehind`. */
export function newestSecret(dataFolder: string): string {
  return secretsIn(keyFileIn(dataFolder))[0];
}

/** Deletes the secrets older than a given one: what their keys encrypted can no longer be read. */
export function dropSecretsBehind(dataFolder: string, secret: string): void {
  replace(keyFileIn(dataFolder), (secrets) => {
    if (!secrets.includes(secret)) {
      throw new StartError('The key file was replaced meanwhile: nothing has been deleted.');
    }
    return secrets.slice(0, secrets.indexOf(secret) + 1);
  });
}

function keyFileIn(dataFolder: string): string {
  return join(dataFolder, 'relais.key');
}

function newSecret(): string {
  return randomBytes(keyBytes).toString('base64');
}

/** @throws {StartError} naming the line, never its content. */
function secretsIn(file: string): readonly [string, ...string[]] {
  // An editor may have added a byte order mark, CRLF, trailing blanks or empty lines.
  const lines = new TextDecoder().decode(contentOf(file)).trimEnd().split(/\r?\n/);
  const secrets = lines.map((line) => line.trim());
  const damaged = secrets.findIndex((secret) => !isSecret(secret));
  if (damaged !== -1) {
    throw new StartError(
      `Line ${damaged + 1} of the key file ${file} is not a key (${keyBytes} bytes in base64): restore the file from your backup.`,
    );
  }
  const [newest = '', ...older] = new Set(secrets);
  return [newest, ...older];
}

function isSecret(text: string): boolean {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === keyBytes && bytes.toString('base64') === text;
}

function contentOf(file: string): Buffer {
  const descriptor = inOneLine(`The key file ${file} cannot be read`, () =>
    // Opening a pipe instead of a file would wait for a writer.
    openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)),
  );
  try {
    const { mode, size } = fstatSync(descriptor);
    if (!fstatSync(descriptor).isFile() || size > longestFile) {
      throw new StartError(`${file} is not a key file.`);
    }
    if (process.platform !== 'win32' && (mode & 0o006) !== 0) {
      throw new StartError(
        `The key file ${file} is accessible to other users of this machine: run \`chmod 600 ${file}\`.`,
      );
    }
    return inOneLine(`The key file ${file} cannot be read`, () => readFileSync(descriptor));
  } finally {
    closeSync(descriptor);
  }
}

function isThere(file: string): boolean {
  try {
    closeSync(openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)));
    return true;
  } catch (error) {
    // A file that exists and cannot be opened is reported when it is read.
    return codeOf(error) !== 'ENOENT';
  }
}

/** Two processes at once end up with one file. */
function create(file: string, content: string): void {
  inOneLine(`The key file ${file} cannot be made`, () => {
    putWhole(file, `${content}\n`);
    flushFolder(file);
  });
}

/** Does nothing if the file exists. Readers never see part of it, and a full disk leaves none. */
function putWhole(file: string, content: string): void {
  const whole = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(whole, content, { mode: 0o600, flag: 'wx', flush: true });
    linkSync(whole, file);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') {
      throw error;
    }
  } finally {
    rmSync(whole, { force: true });
  }
}

/** Readers, also after a crash, see either all of the old content or all of the new. */
function replace(file: string, change: (secrets: readonly string[]) => readonly string[]): void {
  alone(file, () => {
    const content = change(secretsIn(file)).map((secret) => `${secret}\n`);
    try {
      inOneLine(`The key file ${file} cannot be written`, () => {
        rmSync(`${file}.new`, { force: true });
        writeFileSync(`${file}.new`, content.join(''), { mode: 0o600, flag: 'wx', flush: true });
        renameSync(`${file}.new`, file);
        flushFolder(file);
      });
    } finally {
      rmSync(`${file}.new`, { force: true });
    }
  });
}

/** @throws {StartError} while another process changes the file. */
function alone(file: string, work: () => void): void {
  try {
    exclusively(`${file}.locked`, work);
  } catch (error) {
    if (error instanceof StartError) {
      throw error;
    }
    throw new StartError(
      codeOf(error) === 'SQLITE_BUSY'
        ? 'Another command is changing the key file: try again later.'
        : `${file}.locked cannot be written (${codeOf(error)}).`,
      { cause: error },
    );
  }
}

/** A new name in a folder is durable only once the folder is flushed. */
function flushFolder(file: string): void {
  if (process.platform === 'win32') {
    return;
  }
  const folder = openSync(dirname(file), constants.O_RDONLY);
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function inOneLine<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new StartError(`${what} (${codeOf(error)}).`, { cause: error });
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'no reason given';
}
