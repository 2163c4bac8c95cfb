import { changeDigest } from '../../changes/acts.js';
import { entryFieldsIn } from '../../changes/entry.js';
import type { Database } from '../../database/database.js';
import { NotFoundError } from '../../errors.js';
import { type Table } from '../../tables/table.js';
import { TableQuery } from '../../tables/table-query.js';
import { type Scope, scopeColumn } from '../../viewing/scope.js';
import { type ActRow, actsWithin, isUniform } from './act.js';
import type { EntryRow } from './entry.js';
import { entriesWithin } from './entry-rows.js';

/** A change that several entries of an act have in common. */
interface DistinctChange {
  /** One of the entries. */
  readonly row: EntryRow;
  readonly count: number;
}

/** What an act changed, as far as a scope sees it. */
export interface ActSummary {
  readonly changes: readonly DistinctChange[];
  /** The entries whose change is none of these. */
  readonly others: number;
}

/** An act, and others of the same group. */
export interface FoundAct {
  readonly act: ActRow & { readonly origin: string };
  readonly besides: readonly ActRow[];
}

/** More distinct changes than this are counted together. */
const mostDistinct = 20;
const rowsAtOnce = 1000;

interface ActsParts {
  readonly db: Database;
  readonly auditTable: Table<ActRow>;
  readonly actTable: Table<EntryRow>;
}

/** Acts within a viewer's scope. */
export class Acts {
  readonly #parts: ActsParts;
  readonly #entries: TableQuery<EntryRow>;

  constructor(parts: ActsParts) {
    this.#parts = parts;
    this.#entries = new TableQuery(parts.db, parts.actTable);
  }

  /**
   * Finds an act by the ID that any scope knows it by, so that a link serves whoever sees a part of it.
   *
   * @throws {NotFoundError}
   */
  async find(scope: Scope, id: number): Promise<FoundAct> {
    const known: Pick<ActRow, 'group_id' | 'action'> | undefined = await this.#parts.db
      .knex('audit_acts')
      .where({ id })
      .first('group_id', 'action');
    const ofGroup = known === undefined ? [] : await this.#ofGroup(scope, known.group_id);
    const act = ofGroup.find(({ action }) => action === known?.action);
    if (act === undefined) {
      throw new NotFoundError();
    }
    return { act, besides: ofGroup.filter((each) => each !== act) };
  }

  async #ofGroup(scope: Scope, group: string): Promise<readonly FoundAct['act'][]> {
    const { db, auditTable } = this.#parts;
    const acts = auditTable.from(db.knex).select('audit_acts.origin');
    acts.where('audit_acts.group_id', group);
    actsWithin(acts, scope, scopeColumn(scope)?.accountId ?? 0);
    return await acts.orderBy('audit_acts.id');
  }

  /** Each distinct change with its count. */
  async summary(scope: Scope, act: ActRow): Promise<ActSummary> {
    const found = isUniform(act)
      ? new Map([['', { id: act.first_id, count: act.entries }]])
      : await this.#distinct(scope, act);
    const ids = [...found.values()].map(({ id }) => id);
    const rows = await this.#entries.byIds({ scope, parent: act.id }, ids);
    const byId = new Map(rows.map((row) => [row.id, row]));
    const changes = [...found.values()]
      .flatMap(({ id, count }) => {
        const row = byId.get(id);
        return row === undefined ? [] : [{ row, count }];
      })
      .toSorted((one, other) => other.count - one.count);
    return { changes, others: act.entries - changes.reduce((sum, { count }) => sum + count, 0) };
  }

  /** Reads the entries in parts, between which other requests have their turn. */
  async #distinct(scope: Scope, act: ActRow): Promise<ReadonlyMap<string, Counted>> {
    const found = new Map<string, Counted>();
    for (let last: number | undefined = 0; last !== undefined;) {
      const rows = await this.#entriesAfter(scope, act, last);
      for (const { id, before, after } of rows) {
        const digest = changeDigest(entryFieldsIn(before), entryFieldsIn(after));
        const known = found.get(digest) ?? { id, count: 0 };
        if (known.count > 0 || found.size < mostDistinct) {
          found.set(digest, { id: known.id, count: known.count + 1 });
        }
      }
      last = rows.length < rowsAtOnce ? undefined : rows.at(-1)?.id;
    }
    return found;
  }

  async #entriesAfter(
    scope: Scope,
    { group_id, action }: ActRow,
    last: number,
  ): Promise<readonly Pick<EntryRow, 'id' | 'before' | 'after'>[]> {
    const { knex, engine } = this.#parts.db;
    const entries = knex('audit_entries').where({ group_id, action }).where('id', '>', last);
    entriesWithin(entries, scope, scopeColumn(scope)?.accountId ?? 0, engine);
    return await entries.select('id', 'before', 'after').orderBy('id').limit(rowsAtOnce);
  }
}

/** One of the entries with a change, and how many have it. */
interface Counted {
  readonly id: number;
  readonly count: number;
}
