import type { Changes } from '../../changes/changes.js';
import type { Database } from '../../database/database.js';
import { type FieldError, NotFoundError } from '../../errors.js';
import type { Erasure } from '../../removals/erasure.js';
import { type Removal, type RemovalRow, removalsIn } from '../../removals/removal.js';
import type { Restoration, Restored } from '../../removals/restoration.js';
import { ownedBy } from '../../viewing/scope.js';
import type { Viewer } from '../../viewing/viewer.js';

/** A removed thing with what its page shows. */
export interface RemovedPage {
  readonly row: RemovalRow;
  /** Why it cannot come back now, if so. */
  readonly refusal: FieldError | undefined;
  /** What of it would not come back now, in sentences. */
  readonly left: readonly FieldError[];
  /** Whether the viewer may create and remove such things. */
  readonly mayManage: boolean;
  /** Things that were removed with it, and come back with it. */
  readonly parts: readonly RemovalRow[];
}

interface Parts {
  readonly db: Database;
  readonly changes: Changes;
  readonly restoration: Restoration;
  readonly erasure: Erasure;
}

/** Removed things, which come back or are removed for good. */
export class RemovedThings {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** @throws {NotFoundError} */
  async page(viewer: Viewer, id: number): Promise<RemovedPage> {
    const { db, restoration } = this.#parts;
    const removals = removalsIn(db.knex).where(ownedBy(viewer.scope, 'removals'));
    const row = await removals.clone().where({ id }).first();
    const facts = await restoration.load(viewer, [id]);
    const [thing] = await restoration.read(db.knex, { viewer, facts }, [id]);
    if (row === undefined || thing === undefined) {
      throw new NotFoundError();
    }
    const parts = await removals.clone().where({ part_of: id }).orderBy('sort_name');
    const { permissions } = viewer;
    const mayManage = permissions.has('removed.manage') && permissions.has(thing.kind.permission);
    const left = await db.transaction((tx) => restoration.leftOf(tx, thing));
    return { row, refusal: thing.refusal, left, mayManage, parts };
  }

  /** @throws {NotFoundError} @throws {ConflictError} when it cannot come back now. */
  async restore(viewer: Viewer, id: number): Promise<Restored> {
    const { changes, restoration } = this.#parts;
    return await changes.carryOutOn(viewer, restoration, id, undefined);
  }

  /** Removes it for good. @throws {NotFoundError} @throws {ForbiddenError} */
  async erase(viewer: Viewer, id: number): Promise<Removal> {
    const { changes, erasure } = this.#parts;
    return await changes.carryOutOn(viewer, erasure, id, undefined);
  }
}
