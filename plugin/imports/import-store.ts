import type { Knex } from 'knex';
import type { Database } from '../database/database.js';
import { engineOf } from '../database/engine.js';
import type { FieldErrors } from '../errors.js';
import type { Secrets } from '../secrets/secrets.js';
import type { Viewer } from '../viewing/viewer.js';
import {
  type ImportKey,
  type ImportLine,
  type ImportOptions,
  type LineName,
  type LineSecret,
  type LineValues,
  idsOfFile,
} from './kind.js';

/** A file that was read. */
export interface Import {
  readonly id: number;
  readonly kind: ImportKey;
  readonly options: ImportOptions;
  /** The keys of its columns. */
  readonly columns: readonly string[];
  /** Headings of the columns that are left out. */
  readonly unknown: readonly string[];
}

export type NewImport = Omit<Import, 'id'>;

/** A line before it is stored. */
export interface NewLine {
  readonly number: number;
  readonly about: LineName | undefined;
  readonly values: LineValues;
  readonly problems: FieldErrors;
  readonly secret: LineSecret;
  /** Whether an earlier line is about the same. */
  readonly isRepeated: boolean;
}

interface LineRow {
  readonly id: number;
  readonly name: string | null;
  readonly holder: string | null;
  readonly content: string;
  readonly password: string | null;
  readonly password_hash: string | null;
  readonly is_generated: number;
}

/** Each takes 19 MiB meanwhile. */
const hashedAtOnce = 2;

const dayMs = 24 * 60 * 60 * 1000;
const table = 'import_lines';
export const linePasswords = { table, column: 'password' } as const;

/** Files with their lines, for a day. Only the account that sent a file has it. */
export class ImportStore {
  readonly #db: Database;
  readonly #secrets: Secrets;

  constructor(db: Database, secrets: Secrets) {
    this.#db = db;
    this.#secrets = secrets;
  }

  /** @returns its ID. */
  async insert(viewer: Viewer, made: NewImport): Promise<number> {
    const now = Date.now();
    const [id] = await this.#db.knex('imports').insert({
      kind: made.kind,
      account_id: viewer.accountId,
      actor_id: viewer.actorId ?? null,
      domain: made.options.domain ?? null,
      changes: made.options.changes,
      columns: JSON.stringify(made.columns),
      unknown: JSON.stringify(made.unknown),
      created_at: now,
      kept_until: now + dayMs,
    });
    return Number(id);
  }

  async insertLines(importId: number, lines: readonly NewLine[]): Promise<void> {
    const rows = lines.map((line) => this.#rowOf(importId, line));
    await this.#db.transaction((tx) => tx.batchInsert(table, rows, 50));
  }

  /** Its lines may be many, so they are deleted later, part by part. */
  async forget(id: number): Promise<void> {
    await this.#db.knex('imports').where({ id }).update({ kept_until: 0 });
  }

  /** The number of its lines. */
  async count(id: number): Promise<number> {
    const [row] = await this.#db
      .knex(table)
      .where({ import_id: id })
      .count<{ n: number }[]>('* as n');
    return Number(row?.n);
  }

  /** Undefined if it was sent by somebody else, or is no longer kept. */
  async find({ accountId, actorId }: Viewer, id: number): Promise<Import | undefined> {
    const row = await this.#db
      .knex('imports')
      .where({ id, account_id: accountId, actor_id: actorId ?? null })
      .where('kept_until', '>', 0)
      .first();
    return (
      row && {
        id,
        kind: row.kind,
        options: { domain: row.domain ?? undefined, changes: row.changes === 1 },
        columns: JSON.parse(row.columns),
        unknown: JSON.parse(row.unknown),
      }
    );
  }

  /** @param db in a transaction, to read them in it. */
  async lines(db: Knex, ids: readonly number[]): Promise<readonly ImportLine[]> {
    const query = db<LineRow>(table).orderBy('id');
    engineOf(db).whereAmong(query, 'id', JSON.stringify(ids));
    return (await query).map((row) => this.#lineFrom(row));
  }

  /** Replaces passwords by their hashes; generated ones are still there for the file of passwords. */
  async hash(ids: readonly number[], hashed: (password: string) => Promise<string>): Promise<void> {
    const lines = await this.lines(this.#db.knex, ids);
    const waiting = lines.flatMap(({ id, secret: { password, passwordHash, isGenerated } }) =>
      password === undefined || passwordHash !== undefined ? [] : [{ id, password, isGenerated }],
    );
    for (let at = 0; at < waiting.length; at += hashedAtOnce) {
      const some = waiting.slice(at, at + hashedAtOnce);
      await this.#storeHashes(
        await Promise.all(
          some.map(async (line) => ({ ...line, hash: await hashed(line.password) })),
        ),
      );
    }
  }

  async #storeHashes(
    lines: readonly { readonly id: number; readonly hash: string; readonly isGenerated: boolean }[],
  ): Promise<void> {
    await this.#db.transaction(async (tx) => {
      for (const { id, hash, isGenerated } of lines) {
        const forgotten = isGenerated ? {} : { password: null };
        await tx(table)
          .where({ id })
          .update({ password_hash: hash, ...forgotten });
      }
    });
  }

  /** Which of these names a file has before a line. */
  async namedBefore(id: number, names: readonly string[]): Promise<ReadonlySet<string>> {
    const found: string[] = await this.#db
      .knex(table)
      .where('import_id', Math.floor(id / idsOfFile))
      .where('id', '<', id)
      .whereIn('name', [...names])
      .pluck('name');
    return new Set(found);
  }

  async forgetPasswords(ids: readonly number[]): Promise<void> {
    const lines = this.#db.knex(table);
    engineOf(this.#db.knex).whereAmong(lines, 'id', JSON.stringify(ids));
    await lines.update({ password: null });
  }

  /** Forgets the hash of a line that was written. */
  async forgetHash(tx: Knex, id: number): Promise<void> {
    await tx(table).where({ id }).update({ password_hash: null });
  }

  #rowOf(importId: number, line: NewLine): object {
    const { number, about, values, problems, secret } = line;
    const id = importId * idsOfFile + number;
    const { password, passwordHash, isGenerated } = secret;
    return {
      id,
      import_id: importId,
      name: about?.name ?? null,
      holder: about?.holder ?? null,
      content: JSON.stringify({ values, problems }),
      password:
        password === undefined ? null : this.#secrets.seal(password, { ...linePasswords, row: id }),
      password_hash: passwordHash ?? null,
      is_generated: isGenerated,
      is_repeated: line.isRepeated,
    };
  }

  #lineFrom({ id, name, holder, content, ...row }: LineRow): ImportLine {
    const { values, problems }: Pick<ImportLine, 'values' | 'problems'> = JSON.parse(content);
    const { password, password_hash: hash } = row;
    const isGenerated = row.is_generated === 1;
    return {
      id,
      about: name === null || holder === null ? undefined : { name, holder },
      values,
      problems,
      secret: {
        password:
          password === null
            ? undefined
            : this.#secrets.open(password, { ...linePasswords, row: id }),
        passwordHash: hash ?? undefined,
        isGenerated,
      },
    };
  }
}
