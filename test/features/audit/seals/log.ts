import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import type { Database } from '../../../../plugin/database/database.js';
import { Dropping } from '../../../../plugin/features/audit/seals/dropping.js';
import { HeadFile, type SeenHead } from '../../../../plugin/features/audit/seals/head-file.js';
import { SealKeys } from '../../../../plugin/features/audit/seals/seal-keys.js';
import { Sealer } from '../../../../plugin/features/audit/seals/sealer.js';
import { type Verification, Verifying } from '../../../../plugin/features/audit/seals/verifying.js';
import { type TestEntry, addEntries } from '../../../support/entries.js';
import { temporaryFolder } from '../../../support/processes.js';

/** A log with seals of few entries each. */
export class SealedLog {
  readonly db: Database;
  readonly keys: readonly [Buffer, ...Buffer[]];
  readonly headFile = new HeadFile(temporaryFolder('head'));
  readonly #size: number;
  #count = 0;

  constructor(db: Database, keys: readonly [Buffer, ...Buffer[]] = [randomBytes(32)], size = 5) {
    this.db = db;
    this.keys = keys;
    this.#size = size;
  }

  async add(count: number, more: Partial<TestEntry> = {}): Promise<void> {
    const from = this.#count;
    this.#count += count;
    await addEntries(
      this.db,
      Array.from({ length: count }, (_none, index) => ({
        at: 1000 + from + index,
        subject: `d${from + index}.example`,
        domain: `d${from + index}.example`,
        owner_id: 11 + (index % 3),
        reseller_id: index % 2 === 0 ? 7 : null,
        group_id: `group-${Math.floor((from + index) / 4)}`,
        after: JSON.stringify({ locale: 'fr', n: index }),
        ...more,
      })),
    );
  }

  sealer(keys = this.keys, db = this.db): Sealer {
    const { headFile } = this;
    return new Sealer({
      db,
      keys: new SealKeys(keys),
      headFile,
      now: () => Date.now(),
      size: this.#size,
    });
  }

  dropping(): Dropping {
    return new Dropping({ db: this.db, keys: new SealKeys(this.keys) });
  }

  async verify(
    knex: Knex = this.db.knex,
    seen: readonly SeenHead[] = [this.headFile.read()].filter((head) => head !== undefined),
    keys = this.keys,
  ): Promise<Verification> {
    const db = { ...this.db, knex };
    return await new Verifying({ db, keys: new SealKeys(keys), now: () => Date.now() }).run(seen);
  }
}
