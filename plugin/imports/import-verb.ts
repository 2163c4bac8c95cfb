import type { Knex } from 'knex';
import type { Changing } from '../changes/changes.js';
import { type Agreed, type Decision, refused } from '../changes/decision.js';
import type { Asked, RowsVerb } from '../changes/verb.js';
import { type AppError, type FieldError, ForbiddenError, InvalidInputError } from '../errors.js';
import { hashPassword } from '../secrets/passwords.js';
import type { Viewer } from '../viewing/viewer.js';
import { shownText } from './headings.js';
import type { Import } from './import-store.js';
import { type Imports, importPermission } from './imports.js';
import type { AnyImportKind, FoundLine, ImportLine, LineValues } from './kind.js';

export interface WantedImport {
  readonly import: number;
}

/** A change behind a line. */
export interface LineChange {
  readonly id: number;
  readonly change: unknown;
}

type Subject = FoundLine<unknown>;

/** Creates, or changes, what the lines of a file are about. */
export class ImportVerb implements RowsVerb<Subject, WantedImport, LineChange, void, Import> {
  readonly #imports: Imports;
  readonly #kind: AnyImportKind;

  constructor(imports: Imports, kind: AnyImportKind) {
    this.#imports = imports;
    this.#kind = kind;
  }

  async load(viewer: Viewer, _ids: readonly number[], wanted: WantedImport): Promise<Import> {
    return await this.#imports.find(viewer, wanted.import);
  }

  async read(
    db: Knex,
    { viewer, facts }: Asked<WantedImport, Import>,
    ids: readonly number[],
  ): Promise<readonly Subject[]> {
    const lines = await this.#imports.store.lines(db, ids);
    const newBefore = db.isTransaction
      ? new Map<number, number>()
      : await this.#imports.newBefore.of(this.#kind.stored, lines);
    const { store } = this.#imports;
    return await this.#kind.read(db, {
      viewer,
      lines,
      options: facts.options,
      newBefore,
      before: (id, names) => store.namedBefore(id, names),
    });
  }

  decide(viewer: Viewer, subject: Subject): Decision<LineChange> {
    const { line } = subject;
    if (!viewer.permissions.has(importPermission)) {
      return refused(new ForbiddenError('errors.not-permitted'));
    }
    const decision = this.#decideLine(viewer, subject);
    return decision.kind === 'refused'
      ? refused(this.#inCells(decision.because, line))
      : { kind: decision.kind, change: { id: line.id, change: decision.change } };
  }

  /** All that is wrong with a line; one that counts for nothing is not looked at further. */
  #decideLine(viewer: Viewer, subject: Subject): Decision<unknown> {
    const { problems } = subject.line;
    if ('line' in problems) {
      return refused(new InvalidInputError(problems));
    }
    const decision = this.#kind.decide(viewer, subject);
    const because = decision.kind === 'refused' ? decision.because : undefined;
    const others = because instanceof InvalidInputError ? because.fields : {};
    return Object.keys(problems).length === 0
      ? decision
      : refused(new InvalidInputError({ ...others, ...problems }));
  }

  async write(changing: Changing, { kind, change }: Agreed<LineChange>): Promise<void> {
    await this.#kind.write(changing, { kind, change: change.change });
    await this.#imports.store.forgetHash(changing.tx, change.id);
  }

  /** Hashes the passwords of lines, which takes longer than all else. */
  async prepare(ids: readonly number[]): Promise<void> {
    await this.#imports.store.hash(ids, hashPassword);
  }

  /** Adds the columns of errors, and what they contain, in the order of the columns. */
  #inCells(because: AppError, { values }: ImportLine): AppError {
    if (!(because instanceof InvalidInputError)) {
      return because;
    }
    const keys = this.#kind.columns.map(({ key }) => key);
    const errors = Object.entries(because.fields).toSorted(
      ([one], [other]) => keys.indexOf(one) - keys.indexOf(other),
    );
    return new InvalidInputError(
      Object.fromEntries(
        errors.map(([column, error]): [string, FieldError] => [
          column,
          keys.includes(column) ? { ...error, cell: cellOf(column, values) } : error,
        ]),
      ),
    );
  }
}

function cellOf(column: string, values: LineValues): NonNullable<FieldError['cell']> {
  const value = shownText(values[column] ?? '');
  return { column: `imports.columns.${column}`, ...(value !== '' && { value }) };
}
