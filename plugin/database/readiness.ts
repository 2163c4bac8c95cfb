import { setTimeout as sleep } from 'node:timers/promises';
import { type Database, fileOf } from './database.js';
import { isContention } from './failures.js';
import { fileIdentity } from './file-identity.js';

/** Database failures, the worst first. */
export type Readiness = 'no-answer' | 'replaced' | 'cannot-store' | 'ready';

const answerWithinMs = 2000;
/** Anybody may ask, so the result is cached: not each request costs a write. */
const lookEveryMs = 5000;

/** Checks that the database can be read and written by doing both. */
export class DatabaseReadiness {
  readonly #db: Database;
  readonly #identity: string | undefined;
  #looked: { readonly at: number; readonly found: Promise<Readiness> } | undefined;

  constructor(db: Database) {
    this.#db = db;
    this.#identity = identityOf(db);
  }

  async check(): Promise<Readiness> {
    const now = Date.now();
    if (this.#looked === undefined || now - this.#looked.at >= lookEveryMs) {
      this.#looked = { at: now, found: this.#look() };
    }
    return await this.#looked.found;
  }

  async #look(): Promise<Readiness> {
    if (!(await inTime(this.#reads(), false))) {
      return 'no-answer';
    }
    if (identityOf(this.#db) !== this.#identity) {
      return 'replaced';
    }
    // A writer that waits for another one can write.
    return (await inTime(this.#writes(), true)) ? 'ready' : 'cannot-store';
  }

  async #reads(): Promise<boolean> {
    return await this.#db.runPrepared('SELECT id FROM readiness', []).then(
      () => true,
      () => false,
    );
  }

  async #writes(): Promise<boolean> {
    try {
      await this.#db.transaction(async (tx) => {
        await tx('readiness').where({ id: 1 }).update({ written_at: Date.now() });
      });
      return true;
    } catch (error) {
      return isContention(error);
    }
  }
}

/** SQLite keeps writing to a deleted file, and loses all of it when the process ends. */
function identityOf({ location }: Database): string | undefined {
  const file = fileOf(location);
  return file === undefined ? undefined : fileIdentity(file);
}

async function inTime(answer: Promise<boolean>, otherwise: boolean): Promise<boolean> {
  return await Promise.race([answer, sleep(answerWithinMs, otherwise, { ref: false })]);
}
