import type { Knex } from 'knex';
import type { Changing } from '../changes/changes.js';
import { type Agreed, type Decision, refused, willChange } from '../changes/decision.js';
import type { Asked, RowsVerb } from '../changes/verb.js';
import { isDuplicate, storageUnavailable } from '../database/failures.js';
import {
  AppError,
  ConflictError,
  type FieldError,
  InvalidInputError,
  NotFoundError,
} from '../errors.js';
import { ownedBy } from '../viewing/scope.js';
import type { Viewer } from '../viewing/viewer.js';
import { type Row, insertRows, keptRows } from './kept-rows.js';
import type { Adapted, AnyRemovedKind, AskedBack } from './kind.js';
import { type Removal, type RemovalRow, removalFrom, removalsIn } from './removal.js';

/** A removed thing, and why it cannot come back, if so. */
export interface RemovedThing extends AskedBack {
  readonly kind: AnyRemovedKind;
  readonly refusal: FieldError | undefined;
}

/** What came back, and what did not. */
export interface Restored {
  readonly removal: Removal;
  /** Things that were removed with it and are back as well. */
  readonly also: readonly Removal[];
  /** In sentences. */
  readonly left: readonly FieldError[];
}

/** What admitting removed things needs from elsewhere, by the ID of the removal. */
type Facts = ReadonlyMap<number, unknown>;

type Kinds = () => Promise<readonly AnyRemovedKind[]>;

/** Gives removed things back, each with the things that were removed with it. */
export class Restoration implements RowsVerb<
  RemovedThing,
  undefined,
  RemovedThing,
  Restored,
  Facts
> {
  readonly #db: Knex;
  readonly #kinds: Kinds;

  constructor(db: Knex, kinds: Kinds) {
    this.#db = db;
    this.#kinds = kinds;
  }

  async load(viewer: Viewer, ids: readonly number[]): Promise<Facts> {
    const facts = new Map<number, unknown>();
    for (const removal of (await this.#rows(this.#db, viewer, ids)).map(removalFrom)) {
      const kind = await this.#kindOf(removal);
      facts.set(removal.id, await kind?.load?.(viewer, removal));
    }
    return facts;
  }

  async read(
    db: Knex,
    { viewer, facts }: Pick<Asked<undefined, Facts>, 'viewer' | 'facts'>,
    ids: readonly number[],
  ): Promise<readonly RemovedThing[]> {
    const things: RemovedThing[] = [];
    for (const removal of (await this.#rows(db, viewer, ids)).map(removalFrom)) {
      const kind = await this.#kindOf(removal);
      if (kind !== undefined) {
        const asked = { viewer, removal, facts: facts.get(removal.id) };
        things.push({ ...asked, kind, refusal: await refusalOf(db, kind, asked) });
      }
    }
    return things;
  }

  /** What of a thing itself would not come back now, in sentences. */
  async leftOf(tx: Knex.Transaction, thing: RemovedThing): Promise<readonly FieldError[]> {
    return thing.refusal === undefined ? (await rowsOf(tx, thing)).left : [];
  }

  decide(_viewer: Viewer, thing: RemovedThing): Decision<RemovedThing> {
    return thing.refusal === undefined
      ? willChange(thing)
      : refused(new ConflictError(thing.refusal.key, thing.refusal.args));
  }

  async write(changing: Changing, { change }: Agreed<RemovedThing>): Promise<Restored> {
    const { removal, viewer } = change;
    const { left } = await giveBack(changing, change);
    const parts = await removalsIn(changing.tx).where({ part_of: removal.id }).pluck('id');
    const also: Removal[] = [];
    const missing: FieldError[] = [];
    for (const id of parts) {
      const part = await this.#part(changing, viewer, id);
      if (part !== undefined && 'id' in part) {
        also.push(part);
      } else if (part !== undefined) {
        missing.push(part);
      }
    }
    await removalsIn(changing.tx).where({ part_of: removal.id }).update({ part_of: null });
    return { removal, also, left: [...left, ...missing] };
  }

  /**
   * @returns the part that is back, or why it is not: it stays among what is removed. Undefined if it is another
   * account's, which the viewer does not know of.
   */
  async #part(
    changing: Changing,
    viewer: Viewer,
    id: number,
  ): Promise<Removal | FieldError | undefined> {
    const facts = new Map<number, unknown>();
    const [thing] = await this.read(changing.tx, { viewer, facts }, [id]);
    if (thing === undefined) {
      return undefined;
    }
    try {
      await changing.part(async (part) => {
        const decision = this.decide(viewer, thing);
        if (decision.kind === 'refused') {
          throw decision.because;
        }
        await this.write(part, decision);
      });
      return thing.removal;
    } catch (error) {
      if (!(error instanceof AppError) || storageUnavailable(error) !== undefined) {
        throw error;
      }
      return { key: 'removed.left.part', args: { name: thing.removal.title } };
    }
  }

  async #kindOf(removal: Removal): Promise<AnyRemovedKind | undefined> {
    return (await this.#kinds()).find(({ kept }) => kept.kind === removal.kind);
  }

  async #rows(db: Knex, { scope }: Viewer, ids: readonly number[]): Promise<readonly RemovalRow[]> {
    const query = removalsIn(db)
      .whereIn('id', [...ids])
      .where(ownedBy(scope, 'removals'))
      .orderBy('id');
    return await (db.isTransaction ? query.forUpdate() : query);
  }
}

/** Whether the viewer may create and remove things of this kind. */
async function refusalOf(
  db: Knex,
  kind: AnyRemovedKind,
  asked: AskedBack,
): Promise<FieldError | undefined> {
  return asked.viewer.permissions.has(kind.permission)
    ? await kind.refusal(db, asked)
    : { key: 'errors.not-permitted' };
}

/** Inserts the rows of a thing as they were, and ends its removal. */
async function giveBack(
  changing: Changing,
  thing: RemovedThing,
): Promise<{ readonly left: readonly FieldError[] }> {
  const { tx, record } = changing;
  const { removal, kind } = thing;
  const { rows, left: without } = await rowsOf(tx, thing);
  if ((await removalsIn(tx).where({ id: removal.id }).delete()) !== 1) {
    throw new NotFoundError();
  }
  try {
    for (const { table } of kind.kept.tables) {
      await insertRows(tx, table, rows[table] ?? []);
    }
  } catch (error) {
    throw isDuplicate(error) ? takenMeanwhile(removal) : error;
  }
  const left = await kind.complete(changing, thing);
  await record({
    ...kind.kept.restored,
    subject: removal.name,
    ownerId: removal.ownerId,
    resellerId: removal.resellerId,
    domain: removal.held.domain,
    after: { ...removal.held.fields, ...removal.held.counts },
  });
  return { left: [...without, ...left] };
}

async function rowsOf(tx: Knex.Transaction, thing: RemovedThing): Promise<Adapted> {
  const { kind } = thing;
  const { kept } = kind;
  const rows: Record<string, readonly Row[]> = {};
  for (const { table } of kept.tables) {
    rows[table] = await keptRows(tx, thing.removal.id, table);
  }
  const { sealed } = kept;
  const [first, ...others] = sealed === undefined ? [] : (rows[sealed.table] ?? []);
  if (sealed !== undefined && first !== undefined) {
    const stored = await removalsIn(tx).where({ id: thing.removal.id }).first('secret');
    rows[sealed.table] = [{ ...first, [sealed.column]: stored?.secret ?? null }, ...others];
  }
  return (await kind.adapted?.(tx, thing, rows)) ?? { rows, left: [] };
}

function takenMeanwhile({ title }: Removal): ConflictError {
  return new ConflictError('removed.errors.taken', { name: title });
}

/** The reason of a refused form as one of the thing itself. */
export function reasonIn(error: AppError): FieldError {
  const [first] = error instanceof InvalidInputError ? Object.values(error.fields) : [];
  return first ?? { key: error.key, args: error.args };
}
