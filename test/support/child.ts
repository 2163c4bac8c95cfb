import assert from 'node:assert/strict';
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { findSources } from '../../plugin/runtime/threads.js';
import { until } from './processes.js';

/** A process that a test starts, waits for, and ends. It hears that the process ends while it waits for something else. */
export class Child {
  readonly process: ChildProcess;
  /** Resolves to the exit code, or to null after a signal, when the output is complete. */
  readonly ended: Promise<number | null>;
  #hasEnded = false;
  #out = '';
  #errors = '';

  constructor(command: string, args: readonly string[], options: SpawnOptions = {}) {
    this.process = spawn(command, args, { ...options, stdio: 'pipe' });
    this.process.stdout?.setEncoding('utf8').on('data', (chunk) => (this.#out += String(chunk)));
    this.process.stderr?.setEncoding('utf8').on('data', (chunk) => (this.#errors += String(chunk)));
    this.process.once('close', () => (this.#hasEnded = true));
    this.ended = once(this.process, 'close').then(([code]) => code);
  }

  /** Starts a script of the sources. */
  static ofScript(script: string, args: readonly string[], env?: NodeJS.ProcessEnv): Child {
    const all = ['--import', findSources, script, ...args];
    return new Child(process.execPath, all, env && { env });
  }

  /** Its output so far. */
  get out(): string {
    return this.#out;
  }

  get errors(): string {
    return this.#errors;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Waits until its output matches. @throws {Error} with all that it printed if it ends before. */
  async prints(expected: RegExp): Promise<RegExpExecArray> {
    let found: RegExpExecArray | null = null;
    await this.until(() => (found = expected.exec(this.#out)) !== null);
    return found ?? assert.fail();
  }

  /** Waits until a condition holds. @throws {Error} with all that it printed if it ends before. */
  async until(condition: () => Promise<boolean> | boolean): Promise<void> {
    await until(async () => {
      const isLastTime = this.#hasEnded;
      const holds = await condition();
      if (isLastTime && !holds) {
        throw this.#endedTooEarly();
      }
      return holds;
    });
  }

  /** Waits for something that it brings about. @throws {Error} with all that it printed if it ends before. */
  async causes<T>(event: Promise<T>): Promise<T> {
    const end = this.ended.then(() => Promise.reject(this.#endedTooEarly()));
    return await Promise.race([event, end]);
  }

  /** Signals it unless it has ended. @returns its exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (!this.#hasEnded) {
      this.process.kill(signal);
    }
    return await this.ended;
  }

  async kill(): Promise<void> {
    await this.stop('SIGKILL');
  }

  #endedTooEarly(): Error {
    const { exitCode, signalCode } = this.process;
    return new Error(
      `The process ended too early (${exitCode ?? signalCode}).\n${this.#out}\n${this.#errors}`,
    );
  }
}
