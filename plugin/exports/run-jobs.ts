import { on } from 'node:events';
import { setPriority } from 'node:os';
import { type MessagePort, parentPort } from 'node:worker_threads';
import { openDatabase } from '../database/database.js';
import { languageFor } from '../web/locale.js';
import { type AnyTable, type Column, valueColumns } from '../tables/table.js';
import { isFixed } from '../tables/table-choices.js';
import { TableQuery } from '../tables/table-query.js';
import { Credits } from './credits.js';
import { writeCsv, writeCsvForExcel } from './csv.js';
import type { ExportJob, ThreadMessage, ToThread } from './export-job.js';
import { ExportRows, type ShownAs } from './export-rows.js';
import type { ExportedList, WriteList } from './exported-list.js';

/** Loads the lists that a job may be about. */
type TablesFor = (job: ExportJob) => Promise<readonly AnyTable[]>;

/**
 * Makes the files of export jobs in this thread, one after the other. SQLite reads synchronously, which would block every
 * other request. On Linux, where threads have their own priorities, this one lowers its own in favour of pages.
 */
export async function runJobs(tablesFor: TablesFor): Promise<void> {
  if (parentPort === null) {
    throw new Error('This module runs in a thread.');
  }
  if (process.platform === 'linux') {
    setPriority(5);
  }
  for await (const [message] of on(parentPort, 'message')) {
    const wanted: ToThread = message;
    if (wanted !== 'taken') {
      await runJob(parentPort, wanted, await tablesFor(wanted));
    }
  }
}

async function runJob(
  port: MessagePort,
  job: ExportJob,
  tables: readonly AnyTable[],
): Promise<void> {
  const table = tables.find(({ key }) => key === job.list);
  if (table === undefined) {
    throw new Error(`There is no list ${job.list} to export.`);
  }
  const say = (message: ThreadMessage): void => port.postMessage(message);
  const credits = new Credits(port);
  const last = await makeFile({ job, table, say, credits });
  credits.close();
  say(last);
}

interface Making {
  readonly job: ExportJob;
  readonly table: AnyTable;
  readonly say: (message: ThreadMessage) => void;
  readonly credits: Credits;
}

/** @returns the last message. */
async function makeFile(making: Making): Promise<ThreadMessage> {
  const db = openDatabase(making.job.location, { readsManyRows: true });
  try {
    return await sendFile(new TableQuery<object>(db, making.table), making);
  } finally {
    await db.close();
  }
}

async function sendFile(
  query: TableQuery<object>,
  { job, table, say, credits }: Making,
): Promise<ThreadMessage> {
  const rowCount = await query.countAll(job.listing);
  const refusal = await refusalOf(job, rowCount);
  if (refusal !== undefined) {
    return refusal;
  }
  say({ kind: 'counted', rowCount });
  const shown = { language: languageFor(job.locale), isPrinted: job.format === 'pdf' };
  const columns = valueColumns<object>(table).filter(({ key }) => job.columns.includes(key));
  const headings = columns.map((column) => headingOf(table, column, shown));
  const rows = new ExportRows(query.all({ ...job.listing, columns: job.columns }), columns, shown);
  const write = await writerFor(job);
  for await (const bytes of write({ ...job, language: shown.language, headings, rowCount }, rows)) {
    await credits.take();
    say({ kind: 'chunk', bytes, rowsDone: rows.rowsDone });
  }
  return { kind: 'end', rowsDone: rows.rowsDone };
}

function headingOf(
  table: AnyTable,
  { key, unit, kind = 'text' }: Column<object>,
  { language, isPrinted }: ShownAs,
): ExportedList['headings'][number] {
  const heading = language.t(`${table.key}.columns.${key}`);
  const isInBytes = unit === 'bytes' && !isPrinted;
  return {
    text: isInBytes ? language.t('exports.in-bytes', { heading }) : heading,
    kind,
    isName: isFixed(table, key),
  };
}

/** Loads a format's libraries only when it is used. */
async function writerFor({ format, isForExcel }: ExportJob): Promise<WriteList> {
  switch (format) {
    case 'csv':
      return isForExcel ? writeCsvForExcel : writeCsv;
    case 'xlsx':
      return (await import('./excel.js')).writeExcel;
    case 'pdf':
      return (await import('./pdf/pdf.js')).writePdf;
  }
}

async function refusalOf(job: ExportJob, rowCount: number): Promise<ThreadMessage | undefined> {
  if (job.format !== 'pdf') {
    return undefined;
  }
  const { mostRowsInPdf } = await import('./pdf/pdf.js');
  const { number } = languageFor(job.locale);
  return rowCount <= mostRowsInPdf
    ? undefined
    : {
        kind: 'refused',
        key: 'exports.errors.pdf-too-large',
        args: { most: number(mostRowsInPdf), rows: number(rowCount) },
      };
}
