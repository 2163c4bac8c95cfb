import { rmSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type Sqlite from 'better-sqlite3';
import type { Knex } from 'knex';
import { retrying } from '../database/retrying.js';
import { fileIdentity, walFiles } from '../database/file-identity.js';
import type { Epoch } from './epoch.js';
import { isFilled, openMailFile } from './mail-file.js';
import { Copy, briefBusyTimeoutMs, fill } from './mail-map-copy.js';
import type { MailMaps } from './mail-maps.js';

export interface SqliteMailMapsOptions {
  /** The panel's database, with the views in it. */
  readonly panelFile: string;
  /** The file that Postfix and Dovecot open, in a folder of its own; both are created when missing. */
  readonly mailFile: string;
  /** Of the Postfix that reads it. */
  readonly epoch: Epoch;
}

/**
 * The views' rows in a separate file, since the mail servers can write what they open. It stays open as long as the
 * panel runs: a mail server that were its last user would lock it on leaving.
 *
 * A deleted or replaced file is recreated. Mail servers read the old one until they are reloaded, so it is kept in
 * step, too, until the panel stops.
 */
export function sqliteMailMaps(options: SqliteMailMapsOptions): MailMaps {
  let current = new OpenMailFile(options);
  const former = new Set<OpenMailFile>();
  let madeAnewAt: number | undefined;
  const takePlace = (): Error | undefined => {
    try {
      if (!current.isInPlace) {
        const gone = current;
        current = gone.madeAnew();
        former.add(gone);
        madeAnewAt = Date.now();
      }
    } catch (error) {
      return asError(error);
    }
  };
  const keepInStep = async (file: OpenMailFile): Promise<void> => {
    try {
      await file.copyChanges();
    } catch {
      former.delete(file);
      file.close();
    }
  };

  return {
    followEveryMs,
    note,
    get madeAnewAt() {
      return madeAnewAt;
    },
    async copyChanges() {
      const failure = takePlace();
      await current.copyChanges();
      await Promise.all([...former].map(keepInStep));
      current.copy.beginEpoch();
      if (failure !== undefined) {
        throw failure;
      }
      await current.copy.forgetKnown();
    },
    async rebuild() {
      await retrying(async () => current.fill());
      await current.copy.forgetKnown();
    },
    close: async () => [current, ...former].forEach((file) => file.close()),
  };
}

/**
 * The process that changes something copies it; this finds changes of killed processes, and a deleted file: a
 * proxymap(8) that finds none exits, and master(8) waits a minute before it starts another. A check costs 15 µs of
 * processor time.
 */
const followEveryMs = 100;

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

async function note(tx: Knex.Transaction, domainIds: readonly number[]): Promise<void> {
  await tx.batchInsert(
    'mail_map_changes',
    domainIds.map((id) => ({ domain_id: id })),
  );
}

class OpenMailFile {
  readonly copy: Copy;
  readonly #options: SqliteMailMapsOptions;
  readonly #db: Sqlite.Database;
  readonly #identities: readonly (string | undefined)[];

  constructor(options: SqliteMailMapsOptions) {
    this.#options = options;
    this.#db = openMailFile(options.mailFile);
    this.#db.prepare('ATTACH ? AS panel').run(options.panelFile);
    this.#db.pragma('panel.synchronous = NORMAL');
    this.copy = new Copy(this.#db, options.epoch);
    if (isFilled(this.#db)) {
      // The process that filled it may have been killed before this.
      this.copy.beginEpoch();
    } else {
      this.fill();
    }
    this.#identities = walFiles(options.mailFile).map(fileIdentity);
    this.#db.pragma(`busy_timeout = ${briefBusyTimeoutMs}`);
  }

  /** Whether a process that opens the file now gets this one, complete. */
  get isInPlace(): boolean {
    return walFiles(this.#options.mailFile).every(
      (file, index) => fileIdentity(file) === this.#identities[index],
    );
  }

  /**
   * Replaces whatever is in its place with a filled file. Companion files of the old one must not be taken for parts of
   * the new one.
   */
  madeAnew(): OpenMailFile {
    walFiles(this.#options.mailFile).forEach((file, index) => {
      if (fileIdentity(file) === this.#identities[index]) {
        rmSync(file, { force: true });
      }
    });
    const made = new OpenMailFile(this.#options);
    made.fill();
    return made;
  }

  fill(): void {
    this.copy.startOver(fill(this.#db));
  }

  async copyChanges(): Promise<void> {
    while (await retrying(async () => this.copy.batch())) {
      await nextTurn();
    }
  }

  close(): void {
    this.#db.close();
  }
}
