import { inspect } from 'node:util';
import { type Outcome, outcomeMark } from './outcome.js';
import { processorSeconds } from './processor-time.js';

/** Collects the outcome of the running file. */
export class FileOutcome {
  readonly file: string;
  readonly #started = performance.now();
  readonly #startedProcessor = processorSeconds();
  readonly #complaints: string[] = [];
  #passed = 0;

  constructor(file: string) {
    this.file = file;
  }

  pass(): void {
    this.#passed += 1;
  }

  fail(what: string, why?: unknown): void {
    const reason = why instanceof Error ? (why.stack ?? why.message) : inspect(why);
    this.#complaints.push(why === undefined ? `${what}\n` : `${what}\n${reason}\n`);
  }

  /** Prints it for the runner, after the output of the tests. */
  print(): void {
    const outcome: Outcome = {
      file: this.file,
      seconds: (performance.now() - this.#started) / 1000,
      processorSeconds: processorSeconds() - this.#startedProcessor,
      heapMb: Math.round(process.memoryUsage().heapUsed / 1024 ** 2),
      passed: this.#passed,
      failed: this.#complaints.length,
      complaints: this.#complaints,
    };
    process.stdout.write(`${outcomeMark}${JSON.stringify(outcome)}\n`);
  }
}
