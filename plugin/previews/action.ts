import type { Request } from 'express';
import type { ChangedFields } from '../changes/changed-fields.js';
import type { RowsVerb } from '../changes/verb.js';
import type { FieldError } from '../errors.js';
import type { Json } from '../jobs/kind.js';
import type { ListAction } from '../tables/list-action.js';
import type { AnyTable } from '../tables/table.js';
import type { Viewer } from '../viewing/viewer.js';
import type { FormValues } from '../web/forms.js';
import type { Language } from '../web/locale.js';
import type { Preview } from './preview.js';
import type { UndoAction } from './undo.js';

/**
 * A verb that a list offers for selected rows. The text of its button is `<table>.selection.<key>`; the texts of its
 * pages and notices are `form`, `title`, `none`, `effect`, `submit`, `job` and `notice-done` of
 * `<table>.selected.<key>`.
 */
export interface RowsAction<Subject, Wanted, Change, Facts> extends ListAction {
  /** Whether it cannot be undone. */
  readonly isDestructive?: boolean;
  /** The thing of its audit entries, such as `domain-mail`. */
  readonly thing: string;
  readonly verb: RowsVerb<Subject, Wanted, Change, unknown, Facts>;
  /** Parses the wanted change from the request; without it, `wanted` is undefined. */
  readonly form?: ActionForm<Wanted>;
  idOf(subject: Subject): number;
  /** The name that people know it by, and the name in its audit entries if that is another. */
  nameOf(subject: Subject): string;
  auditedAs?(subject: Subject): string;
  /** What it is sorted by in the preview, if not by its names. */
  orderOf?(subject: Subject): string;
  /** Slow work before rows are written, outside of the transaction. */
  prepare?(ids: readonly number[]): Promise<void>;
  /** How many rows a request changes at once, if fewer than it goes through. */
  readonly mostAtOnce?: number;
  /** A number that changes with the subject. */
  versionOf(subject: Subject): number;
  /** In sentences, what else the rows of a preview that change bring about. */
  effects?(viewer: Viewer, preview: Preview, language: Language): Promise<readonly string[]>;
  /** What can be downloaded of a preview of these. */
  files?(preview: Preview, viewer: Viewer): Promise<readonly PreviewFile[]>;
  /**
   * Whether a preview carries it out on its rows and takes that back, since the change of one decides about the next, or
   * leaves something out that only shows then.
   */
  readonly isRehearsed?: true;
  /** In sentences, what the change of a row left out. */
  leftOf?(result: unknown): readonly FieldError[];
  /** The action of the entry that a row undoes, if there are several. */
  undoneBy?(subject: Subject): string;
  /** The audit fields that a change changes, if it is no removal. */
  changeOf?(change: Change): ChangedFields | undefined;
}

/** A file to download, or to download only once. */
export interface PreviewFile {
  /** The key of its texts `link` and `note`. */
  readonly texts: string;
  readonly path: string;
  readonly count: number;
  readonly isOnce: boolean;
}

/** The form fields of a wanted change, which a preview stores as JSON. */
export interface ActionForm<Wanted> {
  readonly fields: readonly string[];
  /** @throws {InvalidInputError} */
  parse(
    typed: Readonly<Record<string, unknown>>,
    viewer: Viewer,
  ): (Wanted & Json) | Promise<Wanted & Json>;
  /** The page where they are typed; without it, the list's buttons send them. */
  readonly page?: FormPage;
}

interface FormPage {
  readonly view: string;
  content(req: Request): Promise<object>;
  /** What its fields begin with. */
  values(req: Request): Promise<FormValues>;
}

/** Actions on any kind of row: each reads, decides about and writes its own kind. */
export type AnyRowsAction = RowsAction<unknown, unknown, unknown, unknown>;

/** The actions of a list. */
export interface OfferedActions {
  readonly table: AnyTable;
  /** Where the list is, if not below its key. */
  readonly path?: string;
  readonly actions: readonly AnyRowsAction[];
  /** Actions on rows that other pages select. */
  readonly besides?: readonly AnyRowsAction[];
  /** How its entries are undone, if it is the activity log. */
  readonly undoes?: readonly UndoAction[];
}

/** An action with the list that offers it. */
export interface OfferedAction {
  readonly table: AnyTable;
  readonly path?: string | undefined;
  readonly action: AnyRowsAction;
  readonly undo?: UndoAction | undefined;
}

/** The key of an action in previews and jobs, such as `smtp-servers.remove`. */
export function keyOf({ table, action }: OfferedAction): string {
  return `${table.key}.${action.key}`;
}
