import type { Database } from '../database/database.js';
import { type Viewer, signedInAccount } from '../viewing/viewer.js';
import type { Remembered } from './list-memory.js';
import type { Column, Table } from './table.js';

/** The visible columns of a list for its viewer, in order. */
export function columnsFor<Row>(
  viewer: Viewer,
  table: Table<Row>,
  { hidden: stored }: Pick<Remembered, 'hidden'>,
): readonly Column<Row>[] {
  const hidden = stored === undefined ? hiddenAtFirst(viewer, table) : keysIn(stored);
  return table.columns.filter(({ key }) => isFixed(table, key) || !hidden.has(key));
}

/**
 * The columns that people have chosen, stored as those that are hidden, so that new columns of the program show up. A
 * list looks the same while acting as another account.
 */
export class TableChoices {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** @param shown keys of columns; undefined resets the choice. Columns that cannot be hidden stay. */
  async choose<Row>(
    viewer: Viewer,
    table: Table<Row>,
    shown: ReadonlySet<string> | undefined,
  ): Promise<void> {
    const choice = { account_id: signedInAccount(viewer), list: table.key };
    const hidden = table.columns.map(({ key }) => key).filter((key) => shown?.has(key) === false);
    await this.#db.transaction(async (tx) => {
      await tx('table_choices').where(choice).delete();
      if (shown !== undefined) {
        await tx('table_choices').insert({ ...choice, hidden: JSON.stringify(hidden) });
      }
    });
  }
}

/** Whether a column cannot be hidden. */
export function isFixed<Row>(table: Table<Row>, key: string): boolean {
  return key === (table.nameColumn ?? table.defaultSort);
}

function hiddenAtFirst<Row>({ scope }: Viewer, table: Table<Row>): ReadonlySet<string> {
  const seesOthers = scope.kind === 'all' || scope.kind === 'reseller';
  const hidden = table.columns.filter(({ isHiddenAtFirst }) =>
    isHiddenAtFirst === 'from-owners' ? !seesOthers : isHiddenAtFirst,
  );
  return new Set(hidden.map(({ key }) => key));
}

function keysIn(json: string): ReadonlySet<string> {
  const keys: string[] = JSON.parse(json);
  return new Set(keys);
}
