import type { Knex } from 'knex';
import type { ChangedFields } from '../changes/changed-fields.js';
import type { Changing } from '../changes/changes.js';
import { type Agreed, type Decision, refused, refusedAt } from '../changes/decision.js';
import { type FieldError, type FieldErrors, InvalidInputError, NotFoundError } from '../errors.js';
import type { Viewer } from '../viewing/viewer.js';
import { inTurns } from './in-turns.js';
import type { FoundLine, ImportKind, ImportLine, ImportOptions, LinesToRead } from './kind.js';

/** What a line is about: a place for something new, or what exists already; neither if its cells are invalid. */
export interface Found<Place, Existing> {
  readonly errors: FieldErrors;
  readonly place?: Place;
  readonly existing?: Existing;
}

export type Made<New, Changed> =
  | { readonly isNew: true; readonly made: New }
  | { readonly isNew: false; readonly made: Changed };

/** The verb behind a form, asked for what a line says. */
export interface LineVerb<Subject, Change> {
  decide(viewer: Viewer, line: FoundLine<Subject>): Decision<Change>;
  write(changing: Changing, decision: Agreed<Change>): Promise<unknown>;
  changeOf(change: Change): ChangedFields;
}

/** How things of one kind are found, created and changed by the lines of a file. */
export interface ImportedThings<Place, Existing, New, Changed> extends Pick<
  ImportKind<unknown, unknown>,
  'key' | 'thing' | 'permission' | 'columns' | 'isOnlyAdded' | 'stored' | 'nameOf'
> {
  /** Reads what lines share. @returns what reads one of them; in a transaction with locks. */
  open(
    db: Knex,
    asked: LinesToRead,
  ): Promise<(line: ImportLine) => Promise<Found<Place, Existing>>>;
  readonly creation: LineVerb<Place, New>;
  readonly settings: LineVerb<Existing, Changed>;
  /** Why something that exists with other values stays as it is, if so. */
  keptBecause(existing: Existing, options: ImportOptions): FieldError | undefined;
  /** A number from 0 that differs after each change. */
  versionOf(existing: Existing): number;
}

/** What can be imported, where each line creates something or changes what exists. */
export function importKind<Place, Existing, New, Changed>(
  things: ImportedThings<Place, Existing, New, Changed>,
): ImportKind<Found<Place, Existing>, Made<New, Changed>> {
  const { creation, settings } = things;
  const { key, thing, permission, columns, stored, isOnlyAdded } = things;
  return {
    key,
    thing,
    permission,
    columns,
    ...(isOnlyAdded && { isOnlyAdded }),
    stored,
    nameOf: (values, options) => things.nameOf(values, options),
    read: async (db, asked) => await inTurns(db, asked, await things.open(db, asked)),
    decide: (viewer, line) => decideLine(things, viewer, line),
    write: async (changing, { kind, change: { isNew, made } }) => {
      await (isNew
        ? creation.write(changing, { kind, change: made })
        : settings.write(changing, { kind, change: made }));
    },
    versionOf: ({ existing }) => (existing === undefined ? 0 : things.versionOf(existing) + 1),
    changeOf: ({ isNew, made }) => (isNew ? creation.changeOf(made) : settings.changeOf(made)),
  };
}

function decideLine<Place, Existing, New, Changed>(
  things: ImportedThings<Place, Existing, New, Changed>,
  viewer: Viewer,
  { found: { errors, place, existing }, ...line }: FoundLine<Found<Place, Existing>>,
): Decision<Made<New, Changed>> {
  const invalid = refusedAt(errors);
  if (invalid !== undefined) {
    return invalid;
  }
  if (existing !== undefined) {
    return decideExisting(things, viewer, { ...line, found: existing });
  }
  if (place === undefined) {
    return refused(new NotFoundError());
  }
  const decision = things.creation.decide(viewer, { ...line, found: place });
  return decision.kind === 'refused'
    ? decision
    : { kind: decision.kind, change: { isNew: true, made: decision.change } };
}

function decideExisting<Existing, New, Changed>(
  things: Pick<
    ImportedThings<unknown, Existing, New, Changed>,
    'settings' | 'keptBecause' | 'columns'
  >,
  viewer: Viewer,
  line: FoundLine<Existing>,
): Decision<Made<New, Changed>> {
  const decision = things.settings.decide(viewer, line);
  const kept = things.keptBecause(line.found, line.options);
  if (decision.kind !== 'already-so' && kept !== undefined) {
    const [name] = things.columns;
    return refused(new InvalidInputError({ [name?.key ?? '']: kept }));
  }
  return decision.kind === 'refused'
    ? decision
    : { kind: decision.kind, change: { isNew: false, made: decision.change } };
}
