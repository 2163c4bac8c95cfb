import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, type OnReadOpts, createConnection } from 'node:net';
import express, { type Response } from 'express';
import { mailboxTable } from '../../plugin/features/mailboxes/table.js';
import { ExportResponse } from '../../plugin/exports/export-response.js';
import type { ExportJob } from '../../plugin/exports/export-job.js';
import { type ExportProgress, ExportStore } from '../../plugin/exports/export-store.js';
import { parseTableState } from '../../plugin/tables/table-state.js';
import { addAccount, addDomain } from '../support/fixtures.js';
import { until } from '../support/processes.js';
import { addMailboxes } from './many-mailboxes.js';
import { useTestApp } from '../support/opened.js';

/** More rows than the buffers on the way to a client hold, which is up to 40 MB. */
const manyRows = 250_000;

describe('an export ends and leaves its place', () => {
  const app = useTestApp();
  let store: ExportStore;
  let job: ExportJob;
  let accountId: number;

  before(async () => {
    store = new ExportStore(app.db);
    accountId = await addAccount(app, 'marie');
    await addDomain(app, 'zoo.example', 'marie');
    const parent = await addMailboxes(app, 'zoo.example', manyRows);
    job = {
      location: app.db.location,
      panelModule: app.panelModule,
      list: 'mailboxes',
      columns: ['address', 'name'],
      listing: { scope: { kind: 'all' }, state: parseTableState(mailboxTable, {}), parent },
      format: 'csv',
      isForExcel: false,
      locale: 'en',
      narrowedBy: [],
      title: 'Mailboxes',
      madeAt: Date.now(),
    };
  });

  /** Answers one request with the export; resolves to the export’s record at its end. */
  async function answered(
    ask: (port: number) => void,
    before: (res: Response) => Promise<unknown> = async () => {},
  ): Promise<ExportProgress> {
    const id = (await store.start(accountId, { list: 'mailboxes', format: 'csv' })) ?? '';
    const pace = { windowMs: 500, leastBytes: 1_000_000 };
    let sent: Promise<void> | undefined;
    const server = express()
      .get('/', async (_req, res) => {
        await before(res);
        sent = new ExportResponse({ store, res, id, accountId, pace }).send(job, 'list.csv');
        await sent;
      })
      .listen(0, '127.0.0.1');
    await once(server, 'listening');
    ask((server.address() as AddressInfo).port);
    await until(() => sent !== undefined);
    await sent;
    server.closeAllConnections();
    server.close();
    return await store.find(accountId, id);
  }

  it('when its client stops reading', async () => {
    const { state, rowsDone } = await answered((port) => {
      createConnection({ host: '127.0.0.1', port }).pause().write('GET / HTTP/1.0\r\n\r\n');
    });
    assert.equal(state, 'too-slow');
    assert.ok(rowsDone < manyRows);
  });

  it('when its client reads only a few bytes now and then', async () => {
    const { state, rowsDone } = await answered((port) => {
      const client = createConnection({ host: '127.0.0.1', port, onread: trickle() });
      const sipping = setInterval(() => client.resume(), 50);
      client.once('close', () => clearInterval(sipping)).write('GET / HTTP/1.0\r\n\r\n');
    });
    assert.equal(state, 'too-slow');
    assert.ok(rowsDone < manyRows);
  });

  it('when its client disconnects before it begins', async () => {
    const { state, rowsDone } = await answered(
      (port) => {
        const client = createConnection({ host: '127.0.0.1', port });
        client.write('GET / HTTP/1.0\r\n\r\n', () => client.destroy());
      },
      (res) => once(res, 'close'),
    );
    assert.deepEqual({ state, rowsDone }, { state: 'cancelled', rowsDone: 0 });
  });
});

/** Reads sixteen bytes, and more only when resumed. */
function trickle(): OnReadOpts {
  return { buffer: Buffer.alloc(16), callback: () => false };
}
