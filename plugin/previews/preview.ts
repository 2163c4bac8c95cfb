import type { Reason } from '../changes/decision.js';
import type { Fields } from '../changes/changed-fields.js';
import { ConflictError } from '../errors.js';
import type { Json } from '../jobs/kind.js';
import type { Viewer } from '../viewing/viewer.js';

export const kinds = ['will-change', 'already-so', 'refused'] as const;

/** What a preview says about a row. */
export type PreviewKind = (typeof kinds)[number];

export const outcomes = ['changed', 'already-so', 'not-allowed', 'meanwhile', 'failed'] as const;

/** What became of a row. */
export type Outcome = (typeof outcomes)[number];

/** The rows of a preview: by their IDs, all that match, or those of an earlier preview that were not reached. */
export type PreviewSelection =
  | { readonly kind: 'rows'; readonly ids: readonly number[] }
  | MatchingRows
  | { readonly kind: 'left'; readonly preview: number }
  /** The lines of a file. */
  | { readonly kind: 'lines'; readonly import: number }
  | UndoneAct
  | UndoneGroup;

/** All rows that a list showed with its search and filters. */
export interface MatchingRows {
  readonly kind: 'matching';
  readonly query: string;
  /** The ID of the list's parent, if it has one; `every` for the rows of all. */
  readonly parent: number | 'every' | null;
  /** The highest ID; rows that are added later have higher ones. */
  readonly upTo: number;
}

/** The entries of an act, to be undone. */
export interface UndoneAct {
  readonly kind: 'undo';
  /** Their group. */
  readonly group: string;
  /** Their action. */
  readonly action: string;
}

/** The entries of all acts of a group that can be undone. */
export interface UndoneGroup {
  readonly kind: 'undo-group';
  readonly group: string;
  readonly actions: readonly string[];
}

/** What an action would do to selected rows, for whoever asked. */
export interface Preview {
  readonly id: number;
  /** The action's key with its list's. */
  readonly action: string;
  readonly accountId: number;
  /** The account that signed in. */
  readonly actorId: number | undefined;
  readonly scope: string;
  readonly wanted: Json | undefined;
  readonly selection: PreviewSelection;
  /** Path and query of the list as it was left. */
  readonly list: string;
  /** The ID of the last row that it has decided about. */
  readonly countedTo: number;
  /** Whether it has decided about all rows. */
  readonly isCounted: boolean;
  readonly counts: Readonly<Record<PreviewKind, number>>;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly appliedAt: number | undefined;
  readonly jobId: number | undefined;
  /** The group of its audit entries, once it is applied. */
  readonly group: string | undefined;
  /** The ID of the last row that it was applied to. */
  readonly appliedTo: number;
  /** Whether the owners of its rows get a mail. */
  readonly tellsOwners: boolean;
}

/** Rows that are decided alike. */
export interface PreviewClass {
  readonly number: number;
  readonly kind: PreviewKind;
  readonly isAlike: boolean;
  /** If it differs from the preview's. */
  readonly wanted: Json | undefined;
  readonly before: Fields | undefined;
  readonly after: Fields | undefined;
  readonly reasons: readonly Reason[];
  readonly count: number;
}

/** Somebody's change of a row since it was previewed. */
export interface ChangedBy {
  readonly actor: string;
  readonly at: number;
}

/** How long a preview can be applied. */
export const appliesForMs = 30 * 60 * 1000;

export function totalOf({ counts }: Pick<Preview, 'counts'>): number {
  return kinds.reduce((sum, kind) => sum + counts[kind], 0);
}

/** The path of its page. */
export function previewPath(id: number): string {
  return `/previews/${id}`;
}

/** Why a viewer cannot apply a preview now, if so. */
export function applyingRefusal(
  { scope, actorId }: Viewer,
  preview: Pick<Preview, 'expiresAt' | 'scope' | 'actorId'>,
  now: number,
): ConflictError | undefined {
  if (now >= preview.expiresAt) {
    return new ConflictError('previews.errors.expired', { count: appliesForMs / 60_000 });
  }
  if (JSON.stringify(scope) !== preview.scope) {
    return new ConflictError('previews.errors.scope');
  }
  return actorId === preview.actorId
    ? undefined
    : new ConflictError('previews.errors.other-session');
}
