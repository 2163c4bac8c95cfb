import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import { type IncomingMessage, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import Sqlite from 'better-sqlite3';
import { type DatabaseLocation, openDatabase } from '../../plugin/database/database.js';
import { connectionFrom } from '../../plugin/database/mariadb.js';
import type { EngineName } from '../../plugin/database/engine.js';
import { smtpServerTable } from '../../plugin/features/smtp-servers/table.js';
import { orderOf } from '../../plugin/tables/table-state.js';
import { type Installation, type Target, createInstallation, startPanel } from './installation.js';
import { sized } from './options.js';
import { residentMegabytes } from './process-tree.js';
import { type Result, atLeast, atMost, median } from './result.js';

const rows = sized(1_000_000, 30_000);
const rowsInPdf = sized(100_000, 5000);
const size = { domains: 100, mailboxesPerDomain: 1 };
const rounds = sized(3, 1);
const loadSeconds = sized(6, 1);
const mostMegabytes = 250;

/** Exports a million SMTP servers with all columns, and the 100,000 that a PDF file may contain. */
export async function measureExports(engine: EngineName): Promise<readonly Result[]> {
  const installation = await createInstallation(engine, { ...size, servers: rows });
  const smaller = await createInstallation(engine, { ...size, servers: rowsInPdf });
  const panel = await startPanel(installation);
  await showAllColumns(installation, panel);
  const results = [
    ...(await compare(installation, panel, {
      name: 'CSV',
      format: 'csv',
      yardstick: engine === 'sqlite' ? '`sqlite3 -csv`' : '`mariadb`',
      measureYardstick: () => bySqlClient(installation),
      least: 0.5,
    })),
    ...(await compare(installation, panel, {
      name: 'Excel',
      format: 'xlsx',
      yardstick: 'exceljs',
      measureYardstick: () => byLibrary('exceljs'),
      least: 1,
    })),
    ...(await measurePages(installation, panel)),
  ];
  await panel.stop();
  const smallerPanel = await startPanel(smaller);
  await showAllColumns(smaller, smallerPanel);
  const pdf = await compare(smaller, smallerPanel, {
    name: `PDF, ${rowsInPdf.toLocaleString('en')} rows`,
    format: 'pdf',
    yardstick: 'pdfkit-table',
    measureYardstick: () => byLibrary('pdfkit-table'),
    least: 10,
  });
  await smallerPanel.stop();
  return [...results, ...pdf].map((each) => ({
    ...each,
    metric: `${engine}: export, ${each.metric}`,
  }));
}

/** Shows all columns, through the page's form. */
async function showAllColumns({ cookie }: Installation, { port }: Target): Promise<void> {
  const url = `http://127.0.0.1:${port}/smtp-servers`;
  const page = await (await fetch(url, { headers: { cookie } })).text();
  const token = /name="csrfToken" value="([^"]*)"/.exec(page)?.[1] ?? '';
  const { status } = await fetch(`${url}/columns`, {
    method: 'POST',
    headers: { cookie, origin: `http://127.0.0.1:${port}` },
    body: new URLSearchParams({ csrfToken: token, choice: 'all' }),
    redirect: 'manual',
  });
  if (status !== 303) {
    throw new Error(`The columns could not be chosen: ${status}`);
  }
}

interface Compared {
  readonly name: string;
  readonly format: string;
  readonly yardstick: string;
  /** @returns milliseconds. */
  readonly measureYardstick: () => Promise<number> | number;
  readonly least: number;
}

/** Alternates, since a shared machine's speed changes by a quarter within minutes. */
async function compare(
  installation: Installation,
  panel: Target,
  { name, format, yardstick, measureYardstick, least }: Compared,
): Promise<readonly Result[]> {
  const ratios: number[] = [];
  let megabytes = 0;
  for (let round = 0; round < rounds; round += 1) {
    const yardstickMs = await measureYardstick();
    const taken = await exported(installation, panel, format);
    ratios.push(yardstickMs / taken.ms);
    megabytes = Math.max(megabytes, taken.megabytes);
  }
  return [
    atLeast(`${name}: as fast as ${yardstick}`, median(ratios), least, '×'),
    atMost(`${name}: resident memory`, megabytes, mostMegabytes, 'MB'),
  ];
}

/** Runs the list's own query in the database's own client. */
async function bySqlClient({ config }: Installation): Promise<number> {
  const db = openDatabase(config.database);
  const query = smtpServerTable.from(db.knex);
  for (const column of orderOf(smtpServerTable, smtpServerTable.defaultSort)) {
    query.orderBy(column);
  }
  const [client, args] = clientFor(config.database, query.toQuery());
  await db.close();
  const out = openSync('/dev/null', 'w');
  const start = performance.now();
  execFileSync(client, args, { stdio: ['ignore', out, 2] });
  return performance.now() - start;
}

function clientFor(
  location: DatabaseLocation,
  sql: string,
): readonly [client: string, args: readonly string[]] {
  if (location.engine === 'sqlite') {
    // Debian's sqlite3 has no ORDER BY in aggregates.
    const older = sql.replaceAll(' ORDER BY used.service)', ')');
    return ['sqlite3', ['-csv', copyWithoutViews(location.file), older]];
  }
  const { host, port, user, database } = connectionFrom(location.url);
  const where = [`--host=${host}`, `--port=${port}`, `--user=${user}`, database];
  return ['mariadb', ['--no-defaults', '--batch', '--quick', `--execute=${sql}`, ...where]];
}

/** Debian's sqlite3 reads all views before any query, and the mail servers' are too deep for its parser. */
function copyWithoutViews(file: string): string {
  const copy = `${file}.without-views`;
  if (!existsSync(copy)) {
    const original = new Sqlite(file);
    original.prepare('VACUUM INTO ?').run(copy);
    original.close();
    const db = new Sqlite(copy);
    const views = db.prepare("SELECT name FROM sqlite_master WHERE type = 'view'").pluck().all();
    views.forEach((name) => db.exec(`DROP VIEW ${String(name)}`));
    db.close();
  }
  return copy;
}

/** The library alone, in a process of its own. */
function byLibrary(yardstick: 'exceljs' | 'pdfkit-table'): number {
  const script = fileURLToPath(new URL('export-yardstick.ts', import.meta.url));
  const most = yardstick === 'exceljs' ? rows : rowsInPdf;
  const command = ['--import', 'tsx', script, yardstick, String(most)];
  return Number(execFileSync(process.execPath, command, { encoding: 'utf8' }));
}

interface Taken {
  readonly ms: number;
  /** The panel process's maximum. */
  readonly megabytes: number;
}

async function exported(
  { cookie }: Installation,
  { port, pid }: Target,
  format: string,
): Promise<Taken> {
  const path = `/smtp-servers/export?format=${format}`;
  const start = performance.now();
  let megabytes = 0;
  const watching = setInterval(() => {
    megabytes = Math.max(megabytes, residentMegabytes(pid));
  }, 50);
  // Unlike `fetch`, takes little processor time, which the measured processes need.
  const asked = get({ host: '127.0.0.1', port, path, headers: { cookie }, agent: false });
  const [response]: IncomingMessage[] = await once(asked, 'response');
  let bytes = 0;
  response?.on('data', (chunk: Buffer) => (bytes += chunk.length));
  await once(response ?? asked, 'end');
  clearInterval(watching);
  if (response?.statusCode !== 200 || bytes === 0) {
    throw new Error(`${path}: ${response?.statusCode}, ${bytes} bytes`);
  }
  return { ms: performance.now() - start, megabytes };
}

/** Other pages' times during one export after the other. */
async function measurePages(installation: Installation, panel: Target): Promise<readonly Result[]> {
  await load(installation, panel);
  const idle = await load(installation, panel);
  const loads = new AbortController();
  const exporting = (async () => {
    while (!loads.signal.aborted) {
      await exported(installation, panel, 'csv');
    }
  })();
  await sleep(1000);
  const busy = await load(installation, panel);
  loads.abort();
  await exporting;
  const ratio = busy.requests / idle.requests;
  return [
    atLeast('other pages meanwhile: requests/s, of those without', ratio, 0.75, '×'),
    atMost('other pages meanwhile: 99th percentile, of that without', busy.p99 / idle.p99, 3, '×'),
  ];
}

async function load(
  { cookie }: Installation,
  { port }: Target,
): Promise<{ readonly requests: number; readonly p99: number }> {
  const { requests, latency, non2xx, errors } = await autocannon({
    url: `http://127.0.0.1:${port}/smtp-servers`,
    headers: { cookie },
    connections: 8,
    duration: loadSeconds,
  });
  if (non2xx + errors > 0) {
    throw new Error(`/smtp-servers: ${non2xx} refusals, ${errors} errors`);
  }
  return { requests: requests.average, p99: latency.p99 };
}
