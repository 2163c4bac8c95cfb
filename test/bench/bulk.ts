import { performance } from 'node:perf_hooks';
import type { Knex } from 'knex';
import { type App, openApp } from '../../plugin/app.js';
import type { EngineName } from '../../plugin/database/engine.js';
import { operator } from '../../plugin/viewing/operator.js';
import type { Viewer } from '../../plugin/viewing/viewer.js';
import { createInstallation } from './installation.js';
import { sized } from './options.js';
import { type Result, atMost, say, tableOf } from './result.js';

const size = { domains: sized(100_000, 3000), mailboxesPerDomain: 1 };
/** Row by row takes long, so some of the rows stand for all. */
const rowByRow = sized(5000, 300);
const mebibyte = 1024 * 1024;

/** Another text for unknown recipients of all domains, with an entry for each in the activity log. */
export async function measureBulk(engine: EngineName): Promise<readonly Result[]> {
  const { config } = await createInstallation(engine, size);
  const app = await openApp(config);
  await app.maps.rebuild();
  const viewer = operator(app.manifest.permissions);
  const bareMs = await timed(() => app.db.transaction((tx) => bare(tx, 'bare')));
  await app.changes.publish();
  const peerMs = (await timed(() => oneByOne(app, 'peer'))) * (size.domains / rowByRow);
  const memoryBefore = process.memoryUsage().rss;
  const memory = watchMemory();
  const { id, firstMs, countedMs } = await preview(app, viewer);
  const appliedMs = await timed(async () => await applied(app, viewer, id));
  const most = memory.stop();
  const [row] = await app.db
    .knex('audit_entries')
    .where('action', 'domain-mail.changed')
    .count('* as n');
  say(
    tableOf(
      [`${size.domains} domains on ${engine}`, 'ms'],
      [
        ['one UPDATE and one INSERT … SELECT', bareMs.toFixed(0)],
        ['row by row, a transaction each (extrapolated)', peerMs.toFixed(0)],
        ['preview, to its first page', firstMs.toFixed(0)],
        ['preview, complete', countedMs.toFixed(0)],
        ['apply, as a job', appliedMs.toFixed(0)],
        ['entries', String(row?.['n'])],
        [
          'memory before, most (MB)',
          `${(memoryBefore / mebibyte).toFixed(0)}, ${(most / mebibyte).toFixed(0)}`,
        ],
      ],
    ),
  );
  await app.close();
  return [
    atMost(`${engine}: apply beside a bare UPDATE`, appliedMs / bareMs, 2, '×'),
    atMost(`${engine}: preview to its first page`, firstMs, 1000, 'ms'),
    atMost(`${engine}: more memory`, (most - memoryBefore) / mebibyte, 100, 'MB'),
  ];
}

async function bare(tx: Knex.Transaction, text: string): Promise<void> {
  await tx('domains').update({ reject_text: text, version: tx.raw('version + 1') });
  const values = { at: 1, actor: 'bare', origin: 'cli', action: 'bench.bare', group_id: text };
  const columns = ['subject', 'owner_id', 'reseller_id', 'search_text', ...Object.keys(values)];
  await tx
    .into(tx.raw('audit_entries (??, ??, ??)', [columns, 'before', 'after']))
    .insert(
      tx('domains').select(
        'name',
        'owner_id',
        'reseller_id',
        'search_text',
        ...Object.values(values).map((value) => tx.raw('?', [value])),
        tx.raw('?', ['{"rejectText":null}']),
        tx.raw('?', ['{"rejectText":"bare","version":2}']),
      ),
    );
}

/** As panels do that change one row after the other. */
async function oneByOne({ db }: App, text: string): Promise<void> {
  const rows = await db.knex('domains').orderBy('id').limit(rowByRow);
  for (const { id, name, owner_id: ownerId } of rows) {
    await db.transaction(async (tx) => {
      await tx('domains').where({ id }).update({ reject_text: text });
      await tx('audit_entries').insert({
        at: 1,
        actor: 'peer',
        origin: 'cli',
        action: 'bench.peer',
        group_id: text,
        subject: name,
        owner_id: ownerId,
        search_text: name,
        before: '{"rejectText":null}',
        after: '{"rejectText":"peer"}',
      });
    });
  }
}

async function preview(
  app: App,
  viewer: Viewer,
): Promise<{ readonly id: number; readonly firstMs: number; readonly countedMs: number }> {
  const { previews, onDomains } = app.features;
  const { table, actions } = await onDomains();
  const action = actions.find(({ key }) => key === 'unknown');
  if (action === undefined) {
    throw new Error('There is no action.');
  }
  const began = performance.now();
  const selection = await previews.matching(
    viewer,
    { table, action },
    { query: '?', parent: undefined },
  );
  const wanted = { policy: { key: 'reject', texts: { rejectText: 'Nobody here.' } } };
  const asking = { wanted, selection, list: '/domains' };
  const id = await previews.create(viewer, { table, action }, asking);
  await previews.show(viewer, id);
  const firstMs = performance.now() - began;
  await previews.whole(viewer, id);
  return { id, firstMs, countedMs: performance.now() - began };
}

async function applied({ features }: App, viewer: Viewer, id: number): Promise<void> {
  const job = await features.previews.start(viewer, id);
  await features.jobWorker.drain();
  const { state, result } = await features.jobs.find(viewer, job);
  if (state !== 'done' || result.changed !== size.domains) {
    throw new Error(`${state}: ${JSON.stringify(result)}`);
  }
}

/** Processor time of this process, in ms: on a machine with other work, the clock says little. */
async function timed(work: () => Promise<void>): Promise<number> {
  const began = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000;
}

function watchMemory(): { stop(): number } {
  let most = 0;
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
  return {
    stop() {
      clearInterval(timer);
      return most;
    },
  };
}
