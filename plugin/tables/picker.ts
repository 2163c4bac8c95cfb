import type { Database } from '../database/database.js';
import { foldText } from '../database/fold-text.js';
import type { FieldError } from '../errors.js';
import { type Scope, scopeColumn } from '../viewing/scope.js';
import type { Access } from '../web/route-table.js';
import { PreparedShapes } from '../database/prepared-shapes.js';
import type { Table } from './table.js';
import { TableQuery } from './table-query.js';
import { orderOf, parseTableState } from './table-state.js';

/** A thing as people pick it. */
export interface Suggestion {
  readonly id: number;
  /** What the field takes: a login, a domain's name, an address, a title. */
  readonly name: string;
  /** What tells it from others beside the name. */
  readonly note: string;
}

/** A kind of thing that people pick by a few letters, declared once by its feature. */
export interface Pickable<Row> {
  /** Of its route, `/suggestions/<key>`. */
  readonly key: string;
  readonly permission: Access;
  /** Sorted by a folded name and then an id. Every index that its search and its order need exists. */
  readonly table: Table<Row>;
  /** A typed text as the column of the name holds it; `foldText` if it is left out. */
  folded?(text: string): string;
  shown(row: Row): Suggestion;
  /** Whether a row whose folded name is that of the text is what was typed; every such row if it is left out. */
  isNamed?(row: Row, text: string): boolean;
}

/** Whatever rows it reads: what finds them and what shows them come from the same declaration. */
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyPickable = Pickable<any>;

const mostSuggested = 10;
const longestTyped = 320;
/** Shorter words are in so many names that only beginnings say something. */
const shortestWithin = 3;
/** No text that begins with another is behind that other one with this at its end. */
const furthest = '\u{10FFFF}';

/** Finds what people mean, within what they may see. */
export class Picker<Row extends object> {
  readonly #pickable: Pickable<Row>;
  readonly #db: Database;
  readonly #queries: PreparedShapes<Row>;
  readonly #list: TableQuery<Row>;

  constructor(db: Database, pickable: Pickable<Row>) {
    this.#pickable = pickable;
    this.#db = db;
    this.#queries = new PreparedShapes(db);
    this.#list = new TableQuery(db, pickable.table);
  }

  /** At most ten: those whose name begins with the text, then those that have its words anywhere. */
  async suggest(scope: Scope, text: string): Promise<readonly Suggestion[]> {
    const folded = this.#folded(text);
    const beginning = await this.#between(scope, folded, folded + furthest);
    const state = parseTableState(this.#pickable.table, { q: text });
    const isWithin = state.words.some((word) => word.length >= shortestWithin);
    const within =
      beginning.length < mostSuggested && isWithin
        ? (await this.#list.page({ scope, state: { ...state, size: mostSuggested } })).rows
        : [];
    const found = [...beginning, ...within].map((row) => this.#pickable.shown(row));
    return [...new Map(found.map((each) => [each.id, each])).values()].slice(0, mostSuggested);
  }

  /** What has the name that was typed: one thing, none, or several that share it. */
  async named(scope: Scope, text: string): Promise<readonly Suggestion[]> {
    const folded = this.#folded(text);
    const rows = folded === '' ? [] : await this.#between(scope, folded, folded);
    return rows
      .filter((row) => this.#pickable.isNamed?.(row, text.trim()) ?? true)
      .map((row) => this.#pickable.shown(row));
  }

  /** Why a typed name is not one thing, with those that may be meant. */
  async refusal(scope: Scope, text: string): Promise<FieldError> {
    const shown = text.trim().slice(0, longestTyped);
    const same = await this.named(scope, text);
    const meant = same.length > 1 ? same : await this.suggest(scope, text);
    const names = meant.map(({ name }) => name).slice(0, mostNamed);
    return names.length === 0
      ? { key: `picker.${this.#pickable.key}.none`, args: { text: shown } }
      : {
          key: 'picker.several',
          args: {
            text: shown,
            names: names.join(', ') + (meant.length > names.length ? ', …' : ''),
          },
        };
  }

  #folded(text: string): string {
    const typed = text.trim().slice(0, longestTyped);
    return this.#pickable.folded?.(typed) ?? foldText(typed);
  }

  /** The first rows whose folded name is not before `from` and not behind `to`. */
  async #between(scope: Scope, from: string, to: string): Promise<readonly Row[]> {
    const { table } = this.#pickable;
    const order = orderOf(table, table.defaultSort);
    const [name = ''] = order;
    const query = this.#queries.of([scope.kind], (value) => {
      const rows = table.from(this.#db.knex);
      const owner = scopeColumn(scope);
      if (table.within !== undefined) {
        table.within(rows, scope, value('accountId'));
      } else if (owner !== undefined) {
        rows.where(owner.column, value('accountId'));
      }
      rows.where(name, '>=', value('from')).where(name, '<=', value('to'));
      rows.orderBy([...order]);
      return rows.limit(mostSuggested, { skipBinding: true });
    });
    return await query.run({ accountId: scopeColumn(scope)?.accountId ?? 0, from, to });
  }
}

const mostNamed = 3;
