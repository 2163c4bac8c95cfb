import { on } from 'node:events';
import { setPriority } from 'node:os';
import { type MessagePort, parentPort } from 'node:worker_threads';
import { openDatabase } from '../database/database.js';
import { type Language, languageFor } from '../web/locale.js';
import { type AnyTable, type Column, valueColumns } from '../tables/table.js';
import { isFixed } from '../tables/table-choices.js';
import { TableQuery } from '../tables/table-query.js';
import { writeCsv, writeCsvForExcel } from './csv.js';
import type { ExportJob, ThreadMessage, ToThread } from './export-job.js';
import { ExportRows } from './export-rows.js';
import type { ExportedList, WriteList } from './exported-list.js';

/** Chunks in flight: the next is made while the last one is sent. */
const mostOnTheWay = 3;

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
  const credits = creditsFrom(port);
  const last = await makeFile({ job, table, say, mayGoOn: credits.take });
  credits.close();
  say(last);
}

interface Making {
  readonly job: ExportJob;
  readonly table: AnyTable;
  readonly say: (message: ThreadMessage) => void;
  readonly mayGoOn: () => Promise<void>;
}

/** @returns the last message. */
async function makeFile({ job, table, say, mayGoOn }: Making): Promise<ThreadMessage> {
  const db = openDatabase(job.location, { readsManyRows: true });
  try {
    const query = new TableQuery<object>(db, table);
    const rowCount = await query.countAll(job.listing);
    const refusal = await refusalOf(job, rowCount);
    if (refusal !== undefined) {
      return refusal;
    }
    say({ kind: 'counted', rowCount });
    const batches = query.all(job.listing);
    const { list, rows } = prepared(job, table, { batches, rowCount });
    const write = await writerFor(job);
    for await (const bytes of write(list, rows)) {
      await mayGoOn();
      say({ kind: 'chunk', bytes, rowsDone: rows.rowsDone });
    }
    return { kind: 'end', rowsDone: rows.rowsDone };
  } finally {
    await db.close();
  }
}

function prepared(
  job: ExportJob,
  table: AnyTable,
  { batches, rowCount }: { batches: AsyncIterable<readonly object[]>; rowCount: number },
): { readonly list: ExportedList; readonly rows: ExportRows<object> } {
  const language = languageFor(job.locale);
  const isPrinted = job.format === 'pdf';
  const columns = valueColumns<object>(table).filter(({ key }) => job.columns.includes(key));
  return {
    list: {
      title: job.title,
      narrowedBy: job.narrowedBy,
      headings: columns.map((column) => ({
        text: headingOf(table, column, { language, isPrinted }),
        kind: column.kind ?? 'text',
        isName: isFixed(table, column.key),
      })),
      language,
      madeAt: job.madeAt,
      rowCount,
    },
    rows: new ExportRows(batches, columns, { language, isPrinted }),
  };
}

function headingOf(
  table: AnyTable,
  { key, unit }: Column<object>,
  { language, isPrinted }: { readonly language: Language; readonly isPrinted: boolean },
): string {
  const heading = language.t(`${table.key}.columns.${key}`);
  return unit === 'bytes' && !isPrinted ? language.t('exports.in-bytes', { heading }) : heading;
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

interface Credits {
  /** Waits until fewer than `mostOnTheWay` chunks are in flight. */
  readonly take: () => Promise<void>;
  readonly close: () => void;
}

function creditsFrom(port: MessagePort): Credits {
  let left = mostOnTheWay;
  let wake: (() => void) | undefined;
  const give = (): void => {
    left += 1;
    wake?.();
  };
  port.on('message', give);
  const isFull = (): boolean => left === 0;
  return {
    async take() {
      while (isFull()) {
        await new Promise<void>((resolve) => (wake = resolve));
      }
      left -= 1;
    },
    close: () => port.off('message', give),
  };
}
