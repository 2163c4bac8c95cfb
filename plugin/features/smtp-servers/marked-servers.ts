import type { Database } from '../../database/database.js';
import { ConflictError, NotFoundError } from '../../errors.js';
import type { Viewer } from '../../panel/viewer.js';
import { type Selection, fewSelectedRows } from '../../tables/selection.js';
import { TableQuery } from '../../tables/table-query.js';
import type { SmtpServers } from './smtp-servers.js';
import { type ServerListRow, smtpServerTable } from './table.js';

/** What can be done with several SMTP servers at once. */
export class MarkedServers {
  readonly #query: TableQuery<ServerListRow>;
  readonly #servers: SmtpServers;

  constructor(db: Database, servers: SmtpServers) {
    this.#query = new TableQuery(db, smtpServerTable);
    this.#servers = servers;
  }

  /** Those of the viewer's scope. @throws {SelectionError} when they are too many. */
  async of(viewer: Viewer, selection: Selection): Promise<readonly ServerListRow[]> {
    return await fewSelectedRows(this.#query, viewer.scope, selection);
  }

  /** Each by itself, so that one which must stay keeps no other. @returns how many went, and the titles of those that stay. */
  async remove(
    viewer: Viewer,
    selection: Selection,
  ): Promise<{ readonly removed: number; readonly kept: readonly string[] }> {
    const kept: string[] = [];
    let removed = 0;
    for (const { id, title } of await this.of(viewer, selection)) {
      const outcome = await this.#removeOne(viewer, id);
      removed += Number(outcome === 'removed');
      if (outcome === 'kept') {
        kept.push(title);
      }
    }
    return { removed, kept };
  }

  /** Somebody else may have removed it meanwhile. */
  async #removeOne(viewer: Viewer, id: number): Promise<'removed' | 'kept' | 'gone'> {
    try {
      await this.#servers.remove(viewer, id);
      return 'removed';
    } catch (error) {
      if (error instanceof ConflictError) {
        return 'kept';
      }
      if (error instanceof NotFoundError) {
        return 'gone';
      }
      throw error;
    }
  }
}
