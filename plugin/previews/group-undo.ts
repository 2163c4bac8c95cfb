import type { Knex } from 'knex';
import type { Changing } from '../changes/changes.js';
import { type Agreed, type ChangeOf, type Decision, refused } from '../changes/decision.js';
import type { Asked, RowsVerb } from '../changes/verb.js';
import type { Database } from '../database/database.js';
import { ConflictError, type FieldError, ForbiddenError } from '../errors.js';
import type { Scope } from '../viewing/scope.js';
import type { Viewer } from '../viewing/viewer.js';
import type { RowsAction } from './action.js';
import {
  type EntryToUndo,
  type RowToUndo,
  type UndoAction,
  changesSince,
  entriesAbout,
  entriesByIds,
  entriesIn,
  isUndone,
  isUntouched,
  nameOfEntry,
  rowOfEntry,
  undoTexts,
} from './undo.js';
import { byWanted, joined } from './undoing.js';

/** An entry with what its own undo has loaded for it. */
interface KnownEntry {
  readonly entry: EntryToUndo;
  readonly undo: UndoAction;
  /** Itself and others of its kind: those about the same thing, or all if they are few. */
  readonly beside: readonly EntryToUndo[];
  /** Undefined if there is nothing to undo. */
  readonly loaded: { readonly facts: unknown } | undefined;
}

/** An entry to undo, and the row that it is about, if that is there. */
interface Step extends KnownEntry {
  readonly row: RowToUndo | undefined;
  readonly subject: unknown;
  /** Whether an earlier step brought the thing back already. */
  readonly isBack: boolean;
  /** Why it cannot be undone, if its row was changed since. */
  readonly touched: FieldError | undefined;
}

interface AgreedStep {
  readonly undo: UndoAction;
  /** What its own undo decides. */
  readonly decision: Agreed<unknown> | undefined;
}

interface DoneStep {
  readonly undo: UndoAction;
  readonly result: unknown;
}

type KnownEntries = ReadonlyMap<number, KnownEntry>;

/** Entries of one kind that are looked at for one of them. */
const mostBeside = 20;

/** Undoes all acts of a group, the newest entry first: each by its own undo, after what the steps before have done. */
export class GroupUndo implements RowsVerb<Step, undefined, AgreedStep, DoneStep, KnownEntries> {
  readonly #db: Database;
  readonly #undoes: readonly UndoAction[];

  constructor(db: Database, undoes: readonly UndoAction[]) {
    this.#db = db;
    this.#undoes = undoes;
  }

  async load(viewer: Viewer, ids: readonly number[]): Promise<KnownEntries> {
    const entries = await entriesByIds(this.#db.knex, viewer.scope, ids.map(rowOfEntry));
    const known = new Map<number, KnownEntry>();
    for (const undo of this.#undoes) {
      const ofUndo = entries.filter(({ action }) => undo.undoes.includes(action));
      const loaded = await this.#loadFor(viewer, undo, ofUndo);
      const all = await entriesAbout(this.#db.knex, viewer.scope, ofUndo);
      for (const entry of ofUndo) {
        const same = all.filter(({ subject }) => subject === entry.subject);
        const beside = all.length <= mostBeside ? all : same;
        known.set(entry.id, { entry, undo, beside, loaded: loaded.get(entry.id) });
      }
    }
    return known;
  }

  async #loadFor(
    viewer: Viewer,
    { action, rowsOf }: UndoAction,
    entries: readonly EntryToUndo[],
  ): Promise<ReadonlyMap<number, KnownEntry['loaded']>> {
    const loaded = new Map<number, KnownEntry['loaded']>();
    const rows = entries.length === 0 ? [] : await rowsOf(this.#db.knex, viewer.scope, entries);
    for (const same of byWanted(rows)) {
      const ids = same.map(({ id }) => id);
      const facts = await action.verb.load(viewer, ids, same[0]?.wanted);
      same.forEach(({ entry }) => loaded.set(entry.id, { facts }));
    }
    return loaded;
  }

  async read(
    db: Knex,
    { viewer, facts }: Pick<Asked<undefined, KnownEntries>, 'viewer' | 'facts'>,
    ids: readonly number[],
  ): Promise<readonly Step[]> {
    const steps: Step[] = [];
    for (const id of ids.map(rowOfEntry)) {
      const known = facts.get(id);
      if (known !== undefined) {
        steps.push(await this.#step(db, viewer, known));
      }
    }
    return steps;
  }

  async #step(db: Knex, viewer: Viewer, known: KnownEntry): Promise<Step> {
    const { entry, undo, beside, loaded } = known;
    const { action, rowsOf } = undo;
    const rows = await rowsOf(db, viewer.scope, beside);
    const found = rows.find(({ entry: { id } }) => id === entry.id);
    // Entries about the same row are undone together: the newest one undoes all.
    const row = joined(rows).find(({ id }) => id === found?.id);
    const [subject] =
      row === undefined || loaded === undefined
        ? []
        : await action.verb.read(db, { viewer, wanted: row.wanted, ...loaded }, [row.id]);
    return {
      ...known,
      row,
      subject,
      isBack: row === undefined && (await isBack(db, viewer.scope, { entry, thing: action.thing })),
      touched:
        row === undefined || isUntouched(row)
          ? undefined
          : (await changesSince(db, { scope: viewer.scope, thing: action.thing }, [row.entry])).get(
              row.entry.id,
            ),
    };
  }

  decide(viewer: Viewer, step: Step): Decision<AgreedStep> {
    const { undo, row, subject, isBack: isSo, touched } = step;
    const { permission, verb } = undo.action;
    if (!viewer.permissions.has(permission)) {
      return refused(new ForbiddenError('errors.not-permitted'));
    }
    if (isSo || (row !== undefined && isUndone(row))) {
      return { kind: 'already-so', change: { undo, decision: undefined } };
    }
    if (row === undefined || subject === undefined || touched !== undefined) {
      const { key, args } = touched ?? { key: 'previews.undo.gone' };
      return refused(new ConflictError(key, args));
    }
    const decision = verb.decide(viewer, subject, row.wanted);
    return decision.kind === 'refused'
      ? decision
      : { kind: decision.kind, change: { undo, decision } };
  }

  async write(
    changing: Changing,
    { change: { undo, decision } }: Agreed<AgreedStep>,
  ): Promise<DoneStep> {
    const result =
      decision === undefined ? undefined : await undo.action.verb.write(changing, decision);
    return { undo, result };
  }
}

/** Whether a removed thing came back since. */
async function isBack(
  db: Knex,
  scope: Scope,
  { entry, thing }: { readonly entry: EntryToUndo; readonly thing: string },
): Promise<boolean> {
  const { id, action, subject } = entry;
  return (
    action === `${thing}.removed` &&
    (await entriesIn(db, scope)
      .where({ subject, action: `${thing}.restored` })
      .where('id', '>', id)
      .first('id')) !== undefined
  );
}

/** The undo of groups as an action of the activity log. */
export function groupUndoAction(
  db: Database,
  undoes: readonly UndoAction[],
): RowsAction<Step, undefined, ChangeOf<GroupUndo>, KnownEntries> {
  return {
    ...undoTexts,
    key: 'group',
    permission: 'audit.view',
    thing: 'group',
    hasOwnPage: true,
    isRehearsed: true,
    verb: new GroupUndo(db, undoes),
    idOf: ({ entry }) => rowOfEntry(entry.id),
    nameOf: ({ entry, undo, subject }) =>
      subject === undefined ? nameOfEntry(entry) : undo.action.nameOf(subject),
    auditedAs: ({ entry }) => entry.subject,
    undoneBy: ({ entry }) => entry.action,
    // Whether a row was changed since is decided by its entry.
    versionOf: () => 1,
    changeOf: ({ undo, decision }) => decision && undo.action.changeOf?.(decision.change),
    leftOf: ({ undo, result }: DoneStep) => undo.action.leftOf?.(result) ?? [],
    effects: async (viewer, preview, language) => {
      const { selection } = preview;
      const actions = selection.kind === 'undo-group' ? selection.actions : [];
      const met = undoes.filter((undo) => undo.undoes.some((each) => actions.includes(each)));
      const told = await Promise.all(
        met.map(async ({ action }) => (await action.effects?.(viewer, preview, language)) ?? []),
      );
      return [...new Set(told.flat())];
    },
  };
}
