import type { FieldError, FieldErrors } from '../errors.js';
import { generatePassword } from '../secrets/generated-password.js';
import { hashIn } from '../secrets/password-hashes.js';
import { passwordLength } from '../secrets/password-strength.js';
import { type Headings, headingsIn } from './headings.js';
import { type FileRecord, mostLines, readRecords, unreadable } from './import-file.js';
import type { NewLine } from './import-store.js';
import {
  type AnyImportKind,
  type ImportOptions,
  type LineSecret,
  type LineValues,
  idsOfFile,
} from './kind.js';

/** How a file is to be read. */
export interface FileOptions extends ImportOptions {
  /** Whether new mailboxes without a password get one. */
  readonly generates: boolean;
}

/** A file while it is read: what its headings say, and its lines. */
export interface OpenedFile {
  readonly headings: Headings;
  readonly lines: AsyncGenerator<NewLine>;
}

/** What a spreadsheet's "text follows" was put before, in files that this program has written. */
const madeHarmless = /^'(?=[\t\n\r+=@\uFF0B\uFF0D\uFF1D\uFF20-])/;

/** Reads the headings of a file, and then its lines. @throws {InvalidInputError} */
export async function openFile(
  kind: AnyImportKind,
  content: Buffer,
  options: FileOptions,
): Promise<OpenedFile> {
  const records = readRecords(content);
  const first = await records.next();
  if (first.done === true) {
    throw unreadable('empty');
  }
  const headings = headingsIn(kind.columns, first.value.cells);
  return { headings, lines: new LineReader(kind, headings, options).read(records) };
}

class LineReader {
  readonly #kind: AnyImportKind;
  readonly #headings: Headings;
  readonly #options: FileOptions;
  readonly #secretColumn: string | undefined;
  /** The first lines about each thing. */
  readonly #firstLines = new Map<string, number>();

  constructor(kind: AnyImportKind, headings: Headings, options: FileOptions) {
    this.#kind = kind;
    this.#headings = headings;
    this.#options = options;
    this.#secretColumn = kind.columns.find(({ isSecret }) => isSecret === true)?.key;
  }

  async *read(records: AsyncGenerator<FileRecord>): AsyncGenerator<NewLine> {
    let count = 0;
    for await (const record of records) {
      count += 1;
      // Lines of the next file have the IDs behind, and empty ones count here.
      if (count > mostLines || record.line >= idsOfFile) {
        throw unreadable('too-many-lines', { count: mostLines });
      }
      yield this.#lineOf(record);
    }
    if (count === 0) {
      throw unreadable('no-lines');
    }
  }

  #lineOf({ line, cells }: FileRecord): NewLine {
    const values = this.#valuesIn(cells);
    const about = this.#kind.nameOf(values, this.#options);
    const first = about && this.#firstLines.get(about.name);
    if (about !== undefined && first === undefined) {
      this.#firstLines.set(about.name, line);
    }
    const { secret, problem } = this.#secretIn(cells);
    const problems = {
      ...(problem && this.#secretColumn && { [this.#secretColumn]: problem }),
      ...repeated(first, line),
      ...this.#moreCells(cells),
    };
    return { number: line, about, values, problems, secret, isRepeated: first !== undefined };
  }

  #valuesIn(cells: readonly string[]): LineValues {
    const entries = this.#headings.keys.flatMap((key, at) =>
      key === undefined || key === this.#secretColumn ? [] : [[key, this.#cell(cells, at)]],
    );
    return Object.fromEntries(entries);
  }

  #cell(cells: readonly string[], at: number): string {
    const cell = cells[at] ?? '';
    return this.#headings.isOwn ? cell.replace(madeHarmless, '') : cell;
  }

  #secretIn(cells: readonly string[]): {
    readonly secret: LineSecret;
    readonly problem?: FieldError;
  } {
    const none = { isGenerated: false } as const;
    if (this.#secretColumn === undefined) {
      return { secret: none };
    }
    const at = this.#headings.keys.indexOf(this.#secretColumn);
    const text = at === -1 ? '' : this.#cell(cells, at);
    if (text === '') {
      const { generates } = this.#options;
      return {
        secret: generates ? { password: generatePassword(), isGenerated: true } : none,
      };
    }
    const hash = hashIn(text);
    if (typeof hash === 'object') {
      // For the file of refused lines.
      return { secret: { ...none, password: text }, problem: hash };
    }
    if (hash === undefined && text.length > passwordLength.most) {
      const problem = { key: 'errors.field.string.max', args: { count: passwordLength.most } };
      return { secret: none, problem };
    }
    return {
      secret: hash === undefined ? { ...none, password: text } : { ...none, passwordHash: hash },
    };
  }

  #moreCells(cells: readonly string[]): FieldErrors {
    const count = this.#headings.keys.length;
    return cells.slice(count).some((cell) => cell !== '')
      ? { line: { key: 'imports.errors.more-cells', args: { count, found: cells.length } } }
      : {};
  }
}

function repeated(first: number | undefined, line: number): FieldErrors {
  return first === undefined
    ? {}
    : { line: { key: 'imports.errors.repeated', args: { line, first } } };
}
