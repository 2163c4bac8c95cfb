import { chownSync, existsSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { gunzipSync } from 'node:zlib';
import { makeFolder } from '../runtime/paths.js';

/** The table's name for Postfix: `hash:` adds `.db`. */
export function epochTable(folder: string): string {
  return join(folder, 'epoch');
}

/**
 * A table that Postfix watches on one mail host. Before smtpd(8) accepts a connection, it checks whether its tables'
 * files were replaced, and exits if so: a new process takes the connection, without cached answers.
 */
export class Epoch {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Begins another epoch by replacing the file, since Postfix compares times in whole seconds. */
  renew(): void {
    this.#makeFolder();
    const file = `${epochTable(this.#folder)}.db`;
    const unfinished = `${file}.${process.pid}-${threadId}`;
    writeFileSync(unfinished, emptyTable, { mode: 0o644 });
    renameSync(unfinished, file);
  }

  /** Root may render the configuration, while the panel runs as the owner of the data folder. */
  #makeFolder(): void {
    if (existsSync(this.#folder)) {
      return;
    }
    makeFolder(this.#folder, 0o755);
    if (process.getuid?.() === 0) {
      const { uid, gid } = statSync(dirname(this.#folder));
      chownSync(this.#folder, uid, gid);
    }
  }
}

/** What `postmap hash:` makes of an empty file, compressed: a Berkeley DB hash, which is the same on every machine. */
const emptyTable = gunzipSync(
  Buffer.from(
    'H4sIAAAAAAACA+3ZsQnCYBQE4IuFmEJIY2Nn41iBdO4i6QNOpVskQ4iGP4WY2kL4PnjwuOIWuCSpUnSHber5ad63K9kma8fxlDyTx3W4TeeSVR89WTru/aVd5QAAAAAAAADAT8z7/NfO32RfHvs/AAAA/L8Xx3RznwAwAAA=',
    'base64',
  ),
);
