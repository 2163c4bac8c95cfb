import type { Request } from 'express';
import type { Database } from '../database/database.js';
import { signedInAccount } from '../viewing/viewer.js';
import { type Pages, languageOf } from '../web/pages.js';
import type { Access, RouteTable } from '../web/route-table.js';
import type { TableChoices } from '../tables/table-choices.js';
import type { Table } from '../tables/table.js';
import { parseTableState } from '../tables/table-state.js';
import type { ExportJob } from './export-job.js';
import { ExportResponse } from './export-response.js';
import { ExportStore } from './export-store.js';
import { type Format, formats, isoDate } from './exported-list.js';
import { paceLimits } from './pace.js';
import { leastToKeepPlace } from './places.js';

/** A list that can be exported, and what is around it. */
interface Exportable<Row> {
  readonly path: string;
  readonly permission: Access;
  readonly table: Table<Row>;
  around?(req: Request): Promise<{ readonly parentId?: number; readonly parentName?: string }>;
}

/** `<list>/export?format=…` with the query of the list itself: all rows that match, in the columns that the viewer sees. */
export function addExport<Row>(
  routes: RouteTable,
  { db, choices }: { readonly db: Database; readonly choices: TableChoices },
  list: Exportable<Row>,
): void {
  const { path, permission, table } = list;
  const store = new ExportStore(db);
  routes.get(`${path}/export`, permission, async (req, res) => {
    const { parentId = 0, parentName } = (await list.around?.(req)) ?? {};
    const { t, locale } = languageOf(req);
    const title = t(`${table.key}.title`);
    const columns = await choices.columnsFor(req.viewer, table);
    const format = formatIn(req);
    const job: ExportJob = {
      location: db.location,
      list: table.key,
      columns: columns.map(({ key }) => key),
      scope: req.viewer.scope,
      state: parseTableState(table, req.query),
      parentId,
      format,
      isForExcel: req.query['bom'] === '1',
      locale,
      title: parentName === undefined ? title : t('exports.of', { title, name: parentName }),
      madeAt: Date.now(),
    };
    const accountId = signedInAccount(req.viewer);
    const id = await store.start(accountId, {
      list: table.key,
      format,
      wantedId: wantedId(req),
    });
    const name = [title, parentName, isoDate(job.madeAt)].filter((part) => part !== undefined);
    await new ExportResponse({ store, res, accountId, id }).send(
      job,
      `${name.join(' ')}.${format}`,
    );
  });
}

/** How far an export of one's own is, and how to cancel it. */
export function addExportRoutes(routes: RouteTable, pages: Pages, db: Database): void {
  const store = new ExportStore(db);
  routes.get('/exports/:id', 'signed-in', async (req, res) => {
    const progress = await store.find(signedInAccount(req.viewer), String(req.params['id']));
    const { t, number } = languageOf(req);
    pages.show(req, res, 'exports/progress', {
      title: t('exports.progress.title'),
      progress,
      done: number(progress.rowsDone),
      total: number(progress.rowsTotal),
      least: number(paceLimits.leastBytes / 1000),
      keep: number(leastToKeepPlace / 1000),
    });
  });

  routes.post('/exports/:id/cancellation', 'signed-in', async (req, res) => {
    const id = String(req.params['id']);
    await store.cancel(signedInAccount(req.viewer), id);
    res.redirect(303, `${req.baseUrl}/exports/${id}`);
  });
}

function formatIn(req: Request): Format {
  return formats.find((format) => format === req.query['format']) ?? 'csv';
}

/** As the page chose it, so that it can ask how far the export is. */
function wantedId(req: Request): string | undefined {
  const id = req.query['export'];
  return typeof id === 'string' && /^[\w-]{16,64}$/.test(id) ? id : undefined;
}
