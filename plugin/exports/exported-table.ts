import type { Request } from 'express';
import type { Database } from '../database/database.js';
import type { Table } from '../tables/table.js';
import { ListMemory } from '../tables/list-memory.js';
import { columnsFor } from '../tables/table-choices.js';
import type { List, ListParent } from '../tables/list.js';
import { narrowedBy } from '../tables/narrowed-by.js';
import { offeredTo } from '../tables/offered-filters.js';
import { addTable } from '../tables/table-routes.js';
import { parseTableState } from '../tables/table-state.js';
import { signedInAccount } from '../viewing/viewer.js';
import { type Pages, languageOf } from '../web/pages.js';
import type { RouteTable } from '../web/route-table.js';
import type { ExportJob } from './export-job.js';
import { exportLinks } from './export-links.js';
import { ExportResponse } from './export-response.js';
import { ExportStore } from './export-store.js';
import { type Format, formats, isoDate } from './exported-list.js';

interface Parts {
  readonly db: Database;
  readonly pages: Pages;
}

/**
 * Adds a list's page and `<list>/export?format=…`, which takes the list's own query: all matching rows, in the columns
 * that the viewer sees.
 */
export function addExportedTable<Row extends object>(
  routes: RouteTable,
  { db, pages }: Parts,
  list: List<Row>,
): void {
  addTable(routes, { db, pages }, { ...list, files: (state) => exportLinks(list.table, state) });

  const memory = new ListMemory(db);
  const store = new ExportStore(db);
  routes.getFile(`${list.path}/export`, list.permission, async (req, res) => {
    const { parent } = (await list.around?.(req)) ?? {};
    const remembered = await memory.of(req.viewer, list.table);
    const columns = columnsFor(req.viewer, list.table, remembered);
    const job: ExportJob = {
      ...jobOf(req, list.table, parent),
      location: db.location,
      panelModule: routes.panelModule,
      columns: columns.map(({ key }) => key),
    };
    const accountId = signedInAccount(req.viewer);
    const id = await store.start(accountId, { ...job, wantedId: wantedId(req) });
    const fileName = fileNameOf(titleOf(req, list.table), parent, job);
    await new ExportResponse({ store, res, accountId, id }).send(job, fileName);
  });
}

function jobOf<Row extends object>(
  req: Request,
  table: Table<Row>,
  parent: ListParent | undefined,
): Omit<ExportJob, 'location' | 'panelModule' | 'columns'> {
  const language = languageOf(req);
  const title = titleOf(req, table);
  const offered = offeredTo(req.viewer, table);
  const state = parseTableState(offered, req.query);
  return {
    list: table.key,
    listing: { scope: req.viewer.scope, state, parent: parent?.id },
    narrowedBy: narrowedBy(offered, state, language),
    format: formatIn(req),
    isForExcel: req.query['bom'] === '1',
    locale: language.locale,
    title:
      parent?.name === undefined ? title : language.t('exports.of', { title, name: parent.name }),
    madeAt: Date.now(),
  };
}

/** Such as `Mailboxes example.com 2026-11-22.csv`. */
function fileNameOf(
  title: string,
  parent: ListParent | undefined,
  { madeAt, format }: Pick<ExportJob, 'madeAt' | 'format'>,
): string {
  const parts = [title, parent?.name, isoDate(madeAt)].filter((part) => part !== undefined);
  return `${parts.join(' ')}.${format}`;
}

function titleOf<Row>(req: Request, table: Table<Row>): string {
  return languageOf(req).t(`${table.key}.title`);
}

function formatIn(req: Request): Format {
  return formats.find((format) => format === req.query['format']) ?? 'csv';
}

/** The export's ID as chosen by the page, so that it can ask for the progress. */
function wantedId(req: Request): string | undefined {
  const id = req.query['export'];
  return typeof id === 'string' && /^[\w-]{16,64}$/.test(id) ? id : undefined;
}
