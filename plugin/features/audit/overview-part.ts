import type { Database } from '../../database/database.js';
import type { OverviewPart } from '../../panel/overview/contribution.js';
import { TableQuery } from '../../tables/table-query.js';
import { parseTableState } from '../../tables/table-state.js';
import type { Table } from '../../tables/table.js';
import type { ActRow } from './act.js';

const mostShown = 5;

interface Parts {
  readonly db: Database;
  readonly auditTable: Table<ActRow>;
}

/** The newest entries of the activity log within the viewer's scope. */
export function recentOverview({ db, auditTable }: Parts): OverviewPart {
  const query = new TableQuery(db, auditTable);
  const state = { ...parseTableState(auditTable, {}), size: mostShown };
  const columns = new Map(auditTable.columns.map((column) => [column.key, column]));
  return {
    async recent({ scope, permissions }, language) {
      if (!permissions.has('audit.view')) {
        return [];
      }
      const { rows } = await query.page({ scope, state });
      const text = (key: string, row: ActRow): string =>
        columns.get(key)?.cell(row, language).text ?? '';
      return rows.map((row) => ({
        at: row.at,
        actor: text('actor', row),
        text: text('action', row),
        subject: text('subject', row),
      }));
    },
  };
}
