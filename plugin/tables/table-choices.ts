import type { Database } from '../database/database.js';
import { Prepared } from '../database/prepared.js';
import { type Viewer, signedInAccount } from '../viewing/viewer.js';
import type { Column, Table } from './table.js';

/**
 * The columns that people have chosen, stored as those that are hidden, so that new columns of the program show up. A
 * list looks the same while acting as another account.
 */
export class TableChoices {
  readonly #db: Database;
  readonly #byList: Prepared<{ accountId: number; list: string }, { readonly hidden: string }>;

  constructor(db: Database) {
    this.#db = db;
    this.#byList = new Prepared(db, (value) =>
      db
        .knex('table_choices')
        .select('hidden')
        .where('account_id', value('accountId'))
        .where('list', value('list')),
    );
  }

  /** The visible columns of a list for its viewer, in order. */
  async columnsFor<Row>(viewer: Viewer, table: Table<Row>): Promise<readonly Column<Row>[]> {
    const [row] = await this.#byList.run({ accountId: signedInAccount(viewer), list: table.key });
    const hidden = row === undefined ? hiddenAtFirst(viewer, table) : keysIn(row.hidden);
    return table.columns.filter(({ key }) => isFixed(table, key) || !hidden.has(key));
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
