import { setImmediate } from 'node:timers/promises';
import type { Changes } from '../../changes/changes.js';
import type { Database } from '../../database/database.js';
import type { Viewer } from '../../viewing/viewer.js';
import { type Selection, fewSelectedRows } from '../../tables/selection.js';
import { TableQuery } from '../../tables/table-query.js';
import { removalOf } from './audit.js';
import type { SmtpServerStore } from './store.js';
import { type ServerListRow, smtpServerTable } from './table.js';

/** The servers that may go, and those that stay because mail of domains leaves through them. */
export interface MarkedRows {
  readonly leaving: readonly ServerListRow[];
  readonly staying: readonly ServerListRow[];
}

/** How many went, and the titles of those that stay because mail of domains leaves through them. */
export interface MarkedRemoval {
  readonly removed: number;
  readonly kept: readonly string[];
}

/** SQLite does its work in this very thread: after so many, others have their turn. */
const atOnce = 250;

/** What can be done with several SMTP servers at once. */
export class MarkedServers {
  readonly #db: Database;
  readonly #changes: Changes;
  readonly #store: SmtpServerStore;
  readonly #query: TableQuery<ServerListRow>;

  constructor(parts: {
    readonly db: Database;
    readonly changes: Changes;
    readonly store: SmtpServerStore;
  }) {
    this.#db = parts.db;
    this.#changes = parts.changes;
    this.#store = parts.store;
    this.#query = new TableQuery(parts.db, smtpServerTable);
  }

  /** Those of the viewer's scope. @throws {SelectionError} when they are too many. */
  async of(viewer: Viewer, selection: Selection): Promise<MarkedRows> {
    const rows = await fewSelectedRows(this.#query, viewer, selection);
    const relays = await this.#store.relaysAmong(
      this.#db.knex,
      rows.map(({ id }) => id),
    );
    return {
      leaving: rows.filter(({ id }) => !relays.has(id)),
      staying: rows.filter(({ id }) => relays.has(id)),
    };
  }

  /** Removes those that may go, so that one which must stay keeps no other. What is gone already is left out. */
  async remove(viewer: Viewer, ids: readonly number[]): Promise<MarkedRemoval> {
    const done: MarkedRemoval[] = [];
    for (let start = 0; start < ids.length; start += atOnce) {
      done.push(await this.#removeSome(viewer, ids.slice(start, start + atOnce)));
      await setImmediate();
    }
    return {
      removed: done.reduce((sum, { removed }) => sum + removed, 0),
      kept: done.flatMap(({ kept }) => kept),
    };
  }

  async #removeSome(viewer: Viewer, ids: readonly number[]): Promise<MarkedRemoval> {
    return await this.#changes.make(viewer, async ({ tx, record }) => {
      const servers = await this.#store.heldAmong(tx, viewer.scope, ids);
      const relays = await this.#store.relaysAmong(tx, ids);
      const leaving = servers.filter(({ id }) => !relays.has(id));
      await this.#store.removeAll(
        tx,
        leaving.map(({ id }) => id),
      );
      for (const server of leaving) {
        await record(removalOf(server));
      }
      const kept = servers.filter(({ id }) => relays.has(id)).map(({ title }) => title);
      return { removed: leaving.length, kept };
    });
  }
}
