import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import Mocha from 'mocha';
import { type ServerAddress, borrowMariadb } from '../support/mariadb.js';
import type { FromWorker, ToWorker } from './messages.js';
import { testFolder } from './options.js';
import { FileOutcome } from './file-outcome.js';

/** Runs the groups of files that the runner sends, one after the other, and exits with the runner. */

/** Ends a hanging test; long enough for a busy machine. */
const longestTestMs = 10 * 60_000;

/** Above this heap size, later tests slow down. */
const mostHeapBytes = 512 * 1024 ** 2;

/** Prints no summary; the runner does. */
class Spec extends Mocha.reporters.Spec {
  override epilogue(): void {}
}

// As Mocha's command does: the running test fails.
process.on('unhandledRejection', (reason) => {
  throw reason;
});

let lend: ((server: ServerAddress) => void) | undefined;
process.once('disconnect', () => process.exit(1));
process.on('message', (message: ToWorker) => {
  if ('run' in message) {
    void runGroup(message.run);
  } else {
    lend?.(message.mariadb);
  }
});
borrowMariadb(async () => {
  const lent = new Promise<ServerAddress>((resolve) => (lend = resolve));
  tell('mariadb');
  return await lent;
});
tell('files');

async function runGroup(files: readonly string[]): Promise<void> {
  const mocha = new Mocha({ reporter: Spec, timeout: longestTestMs, forbidOnly: true });
  const outcome = new FileOutcome(files[0] ?? '');
  let hasFailed = true;
  try {
    for (const file of files) {
      await load(mocha, join(testFolder, file));
    }
    const failures = await new Promise<number>((resolve) => {
      follow(mocha.run(resolve), outcome);
    });
    mocha.dispose();
    hasFailed = failures > 0;
  } catch (error) {
    outcome.fail(`Not loaded: ${files.join(' ')}`, error);
    outcome.print();
  }
  if (hasFailed || process.memoryUsage().heapUsed > mostHeapBytes) {
    // Another process takes the next group: work of failed tests may still be running in this one.
    process.exit();
  }
  tell('files');
}

/**
 * Imports a file's tests. Mocha would require them: modules that they import themselves would be loaded twice, and an
 * error of one copy is no instance of the other's class.
 */
async function load(mocha: Mocha, file: string): Promise<void> {
  mocha.suite.emit('pre-require', globalThis, file, mocha);
  await import(pathToFileURL(file).href);
}

/** Prints each file's outcome after the output of its tests. */
function follow(runner: Mocha.Runner, first: FileOutcome): void {
  let current = first;
  runner.on('suite', ({ parent, file = '' }) => {
    const path = relative(testFolder, file);
    if (parent?.root === true && path !== current.file) {
      current.print();
      current = new FileOutcome(path);
    }
  });
  runner.on('pass', () => current.pass());
  runner.on('fail', (test, error) => {
    current.fail(`Failed: ${test.fullTitle()}`, error);
    if (error.code === 'ERR_MOCHA_TIMEOUT') {
      // What hangs in one test would hang in the next.
      current.fail('Not run: the tests behind it');
      runner.abort();
    }
  });
  runner.on('pending', (test) => current.fail(`Skipped: ${test.fullTitle()}`));
  runner.once('end', () => current.print());
}

function tell(want: FromWorker): void {
  process.send?.(want);
}
