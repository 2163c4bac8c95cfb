import { rmSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type Sqlite from 'better-sqlite3';
import type { Noted } from '../changes/changes.js';
import { fileIdentity, walFiles } from '../database/file-identity.js';
import { retrying } from '../database/retrying.js';
import type { Epoch } from './epoch.js';
import { isFilled, openMailFile } from './mail-file.js';
import { MailMapCopy, briefBusyTimeoutMs, fill } from './mail-map-copy.js';

export interface MailFileOptions {
  /** The panel's database, with the views in it. */
  readonly panelFile: string;
  /** The file that Postfix and Dovecot open, in a folder of its own; both are created when missing. */
  readonly mailFile: string;
  /** Of the Postfix that reads it. */
  readonly epoch: Epoch;
  /** The columns of `domains` with an address that policies forward to, without a tag. */
  readonly forwardingColumns: readonly string[];
  /** The time in milliseconds since 1970. */
  readonly now?: () => number;
}

/** The mail servers' file while it is open: filled, and kept in step with the panel's database. */
export class FilledMailFile {
  readonly copy: MailMapCopy;
  readonly #options: MailFileOptions;
  readonly #db: Sqlite.Database;
  readonly #identities: readonly (string | undefined)[];

  constructor(options: MailFileOptions) {
    this.#options = options;
    this.#db = openMailFile(options.mailFile);
    this.#db.prepare('ATTACH ? AS panel').run(options.panelFile);
    this.#db.pragma('panel.synchronous = NORMAL');
    this.copy = new MailMapCopy(this.#db, options);
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
  madeAnew(): FilledMailFile {
    walFiles(this.#options.mailFile).forEach((file, index) => {
      if (fileIdentity(file) === this.#identities[index]) {
        rmSync(file, { force: true });
      }
    });
    const made = new FilledMailFile(this.#options);
    made.fill();
    return made;
  }

  fill(): void {
    this.copy.startOver(fill(this.#db));
  }

  /** @param noted what is enough, if other changes wait before it. */
  async copyChanges(noted?: Noted): Promise<void> {
    if (noted !== undefined && this.copy.hasUpTo(noted.after)) {
      await inTurns(noted.after, (after) => this.copy.batchAhead({ ...noted, after }));
    } else {
      await inTurns(0, () => this.copy.batch());
    }
  }

  close(): void {
    this.#db.close();
  }
}

/** Copies part by part until there is none; other work has its turn in between. */
async function inTurns(
  after: number,
  copyBehind: (after: number) => number | undefined,
): Promise<void> {
  let last: number | undefined = after;
  while (last !== undefined) {
    const behind: number = last;
    last = await retrying(async () => copyBehind(behind));
    await nextTurn();
  }
}
