import type { Knex } from 'knex';
import type { ChangedFields } from '../changes/changed-fields.js';
import type { Changing } from '../changes/changes.js';
import type { Agreed, Decision } from '../changes/decision.js';
import type { FieldErrors } from '../errors.js';
import type { Viewer } from '../viewing/viewer.js';
import type { Access } from '../web/route-table.js';

export type ImportKey = 'domains' | 'mailboxes' | 'aliases';

/** A column of a file. Its label is the locale key `imports.columns.<key>`. */
export interface ImportColumn {
  readonly key: string;
  /** The headings that it is known by, folded, in any of our languages and in files of other programs. */
  readonly headings: readonly string[];
  readonly isRequired?: boolean;
  /** Whether its values are secrets, which are stored sealed and never shown. */
  readonly isSecret?: boolean;
  /** Values of the sample. */
  readonly sample: readonly string[];
}

/** The texts of a line by the key of their column, without its secret. */
export type LineValues = Readonly<Record<string, string>>;

/** A password, or the hash that another program made of one. */
export interface LineSecret {
  readonly password?: string | undefined;
  readonly passwordHash?: string | undefined;
  /** Whether it is for a new mailbox alone. */
  readonly isGenerated: boolean;
}

/** A line of a file. */
export interface ImportLine {
  readonly id: number;
  /** Undefined if it has no valid name. */
  readonly about: LineName | undefined;
  readonly values: LineValues;
  readonly secret: LineSecret;
  /** What is wrong with it as a line of this file, by column. */
  readonly problems: FieldErrors;
}

/** What a line is about, normalized: lines with the same name are about the same thing. */
export interface LineName {
  readonly name: string;
  /** What holds it and limits the number of its like: a mailbox's domain, a domain's owner. */
  readonly holder: string;
}

/** How the lines of a file are to be taken. */
export interface ImportOptions {
  /** The only domain that it may be about, in ASCII. */
  readonly domain: string | undefined;
  /** Whether what exists with other values is changed. */
  readonly changes: boolean;
}

/** A line with all that deciding about it needs from the database. */
export interface FoundLine<Found> {
  readonly line: ImportLine;
  readonly options: ImportOptions;
  readonly found: Found;
}

export interface LinesToRead {
  readonly viewer: Viewer;
  readonly lines: readonly ImportLine[];
  readonly options: ImportOptions;
  /** How many new things of the same holder the file has before a line, by its ID. */
  readonly newBefore: ReadonlyMap<number, number>;
  /** Which of these names the file has before a line. */
  before(id: number, names: readonly string[]): Promise<ReadonlySet<string>>;
}

/** What can be imported. The same verbs decide about it as behind its form. */
export interface ImportKind<Found, Change> {
  readonly key: ImportKey;
  /** The thing of its audit entries. */
  readonly thing: string;
  readonly permission: Access;
  readonly columns: readonly ImportColumn[];
  /** Whether what exists stays as it is, whatever a file says. */
  readonly isOnlyAdded?: true;
  /** The table with the things, and the column with their names. */
  readonly stored: { readonly table: string; readonly column: string };
  /** Undefined if the line has no valid name. */
  nameOf(values: LineValues, options: ImportOptions): LineName | undefined;
  /** Reads what lines are about; in a transaction with locks. */
  read(db: Knex, lines: LinesToRead): Promise<readonly FoundLine<Found>[]>;
  decide(viewer: Viewer, subject: FoundLine<Found>): Decision<Change>;
  write(changing: Changing, decision: Agreed<Change>): Promise<void>;
  /** 0 for what does not exist, or else a number that differs after each change. */
  versionOf(found: Found): number;
  changeOf(change: Change): ChangedFields;
}

/** Each kind reads, decides about and writes its own things. */
export type AnyImportKind = ImportKind<unknown, unknown>;

/** Lines of one file have IDs in its range, in their order. */
export const idsOfFile = 1_000_000;

/** The number of the line in its file. */
export function lineOf(id: number): number {
  return id % idsOfFile;
}
