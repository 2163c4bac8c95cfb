import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import Papa from 'papaparse';
import { engines } from '../support/app.js';
import { addAccount, addDomain } from '../support/fixtures.js';
import { until } from '../support/processes.js';
import { Visitor } from '../support/visitor.js';
import { useServedApp } from '../support/served-app.js';
import { addMailboxes } from './many-mailboxes.js';

/** More rows than the buffers on the way to a client hold, which is up to 40 MB, and more than a PDF file may have. */
const manyRows = 110_000;
const fewerRows = 25_000;

for (const engine of engines) {
  describe(`exports on ${engine}`, () => {
    const { app, web } = useServedApp(engine);
    let marie: Visitor;
    let marieId: number;
    let paul: Visitor;

    before(async () => {
      marieId = await addAccount(app, 'marie');
      const paulId = await addAccount(app, 'paul');
      await addAccount(app, 'large');
      for (const name of ['zoo.example', 'bäckerei.example', 'alpha.example']) {
        await addDomain(app, name, 'marie');
      }
      await addDomain(app, 'paul.example', 'paul');
      marie = await Visitor.signedIn(web, app, marieId);
      paul = await Visitor.signedIn(web, app, paulId);
    });

    it('contain the viewer’s rows only, in the order of the list', async () => {
      const [headings, ...rows] = await rowsOf(marie, '/domains/export?format=csv');
      assert.equal(headings?.[0], 'Domain');
      assert.deepEqual(
        rows.map(([name]) => name),
        ['alpha.example', 'bäckerei.example', 'zoo.example'],
      );
      const [, ...down] = await rowsOf(marie, '/domains/export?format=csv&sort=name&dir=desc');
      assert.deepEqual(down, rows.toReversed());
      const [, ...found] = await rowsOf(marie, '/domains/export?format=csv&q=backerei');
      assert.deepEqual(found, [rows[1]]);
    });

    it('contain the columns that the viewer has chosen', async () => {
      const [before = []] = await rowsOf(paul, '/domains/export?format=csv');
      assert.equal(before.includes('Added on'), false, 'hidden at first');
      await paul.get('/domains');
      await paul.post('/domains/columns', [
        ['column', 'created'],
        ['choice', 'these'],
      ]);
      const [headings, row] = await rowsOf(paul, '/domains/export?format=csv');
      assert.deepEqual(headings, [before[0], 'Added on']);
      assert.match(row?.[1] ?? '', /^\d{4}-\d\d-\d\d$/);
    });

    it('are named after the list and the date, in the language of the viewer', async () => {
      const french = { 'accept-language': 'fr' };
      const { headers, text } = await marie.get('/domains/export?format=csv', french);
      assert.match(text, /^Domaine,/);
      assert.match(
        headers.get('content-disposition') ?? '',
        /^attachment; filename="Domaines \d{4}-\d\d-\d\d\.csv"$/,
      );
      const { headers: mailboxes } = await marie.get('/domains/bäckerei.example/mailboxes/export');
      assert.match(
        mailboxes.get('content-disposition') ?? '',
        /filename\*=UTF-8''Mailboxes%20b%C3%A4ckerei\.example%20/,
      );
    });

    it('begin with a byte order mark only on request', async () => {
      assert.deepEqual(await bytes('/domains/export?format=csv&bom=1'), [0xef, 0xbb, 0xbf]);
      assert.notDeepEqual(await bytes('/domains/export?format=csv'), [0xef, 0xbb, 0xbf]);
    });

    it('answer 404 for lists that the viewer cannot see', async () => {
      assert.equal((await marie.get('/plans/export')).status, 404);
      assert.equal((await marie.get('/domains/paul.example/mailboxes/export')).status, 404);
    });

    it('show their progress only to the account that started them', async () => {
      const id = 'a-page-chose-this-one';
      await rowsOf(marie, `/domains/export?format=csv&export=${id}`);
      await until(async () => (await marie.get(`/exports/${id}`)).text.includes('3 rows'));
      assert.match((await marie.get(`/exports/${id}`)).text, /Exported: 3 rows/);
      assert.equal((await paul.get(`/exports/${id}`)).status, 404);
      await paul.get('/preferences');
      assert.equal((await paul.post(`/exports/${id}/cancellation`)).status, 404);
    });

    const cookieOf = async (accountId = marieId): Promise<string> => {
      const link = await app.panel.signIn.createLink(accountId);
      const response = await fetch(`${web.url}/sign-in/${link}`, {
        method: 'POST',
        redirect: 'manual',
      });
      return response.headers
        .getSetCookie()
        .map((each) => each.split(';')[0])
        .join('; ');
    };

    const running = async (): Promise<number> => {
      const [row] = await app.db.knex('exports').where({ state: 'running' }).count('* as n');
      return Number(row?.['n']);
    };

    /** Reads the first part of a file and then stops. */
    const begin = async (
      id: string,
      accountId = marieId,
    ): Promise<ReadableStreamDefaultReader<Uint8Array>> => {
      const response = await fetch(
        `${web.url}/domains/zoo.example/mailboxes/export?format=csv&export=${id}`,
        { headers: { cookie: await cookieOf(accountId) } },
      );
      assert.equal(response.status, 200);
      const reader = response.body?.getReader();
      assert.ok(reader !== undefined);
      await reader.read();
      return reader;
    };

    const bytes = async (path: string): Promise<number[]> => {
      const response = await fetch(web.url + path, { headers: { cookie: await cookieOf() } });
      return [...new Uint8Array(await response.arrayBuffer())].slice(0, 3);
    };

    const progressOf = async (id: string): Promise<string> =>
      (await marie.get(`/exports/${id}`)).text;

    describe('of many rows', () => {
      before(async () => {
        await addMailboxes(app, 'zoo.example', manyRows);
        await addMailboxes(app, 'alpha.example', fewerRows);
      });

      it('contain every row exactly once', async () => {
        const [, ...rows] = await rowsOf(marie, '/domains/zoo.example/mailboxes/export');
        assert.equal(new Set(rows.map(([address]) => address)).size, manyRows);
        const byName = await rowsOf(marie, '/domains/alpha.example/mailboxes/export?sort=name');
        assert.equal(new Set(byName.map(([address]) => address)).size, fewerRows + 1);
      });

      it('wait for a slow client', async () => {
        const reader = await begin('a-slow-client-reads-this');
        const stays = async (): Promise<boolean> => {
          const before = statusIn(await progressOf('a-slow-client-reads-this'));
          await sleep(2500);
          return statusIn(await progressOf('a-slow-client-reads-this')) === before;
        };
        await until(stays);
        assert.match(
          await progressOf('a-slow-client-reads-this'),
          /Exporting: [1-9][\d,]* of 110,000 rows/,
        );
        await readAll(reader);
        await until(async () => (await running()) === 0);
      });

      it('leave a place for other accounts, however slowly two accounts read theirs', async () => {
        const chief = await addAccount(app, 'chief', { role: 'administrator' });
        const slow = [
          await begin('marie-reads-this-slowly'),
          await begin('marie-reads-that-slowly'),
          await begin('chief-reads-this-slowly', chief),
        ];
        await assert.rejects(begin('chief-wants-another-one', chief));
        assert.equal((await paul.get('/domains/export?format=csv')).status, 200);
        await Promise.all(slow.map((reader) => reader.cancel()));
        await until(async () => (await running()) === 0);
      });

      it('end when the client goes away', async () => {
        const reader = await begin('a-client-that-goes-away');
        assert.equal(await running(), 1);
        await reader.cancel();
        await until(async () => (await running()) === 0);
        assert.match((await marie.get('/exports/a-client-that-goes-away')).text, /was cancelled/);
      });

      it('break off when cancelled, so that no partial file looks whole', async () => {
        const reader = await begin('somebody-cancels-this');
        const page = await marie.get('/exports/somebody-cancels-this');
        assert.match(page.text, /Cancel the export/);
        assert.equal((await marie.post('/exports/somebody-cancels-this/cancellation')).status, 303);
        await assert.rejects(readAll(reader));
      });

      it('break off on a failure, so that no partial file looks whole', async () => {
        const reader = await begin('this-one-fails-later');
        await app.db.knex.schema.renameTable('mailboxes', 'elsewhere');
        try {
          await assert.rejects(readAll(reader));
        } finally {
          await app.db.knex.schema.renameTable('elsewhere', 'mailboxes');
        }
        assert.match((await marie.get('/exports/this-one-fails-later')).text, /failed/);
      });

      it('are limited to two at once for each account', async () => {
        for (const id of ['one-that-runs-already', 'another-one-that-runs']) {
          await app.db.knex('exports').insert({
            id,
            account_id: marieId,
            list: 'domains',
            format: 'csv',
            state: 'running',
            rows_done: 0,
            rows_total: 0,
            updated_at: Date.now(),
          });
        }
        const { status, text } = await marie.get('/domains/export?format=csv');
        assert.equal(status, 429);
        assert.match(text, /You already have 2 exports running/);
        assert.equal((await paul.get('/domains/export?format=csv')).status, 200);
        await app.db.knex('exports').where({ state: 'running' }).delete();
      });

      it('refuse a PDF file of too many rows, and suggest another format', async () => {
        const { status, text } = await marie.get(
          '/domains/zoo.example/mailboxes/export?format=pdf',
        );
        assert.equal(status, 422);
        assert.match(text, /at most 100,000 rows, and this list has 110,000\. Choose Excel or CSV/);
      });
    });
  });
}

async function rowsOf(visitor: Visitor, path: string): Promise<string[][]> {
  const { status, text } = await visitor.get(path);
  assert.equal(status, 200, text);
  return Papa.parse<string[]>(text.trimEnd()).data;
}

function statusIn(page: string): string | undefined {
  return /<p role="status">([^<]*)/.exec(page)?.[1];
}

async function readAll(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  while (!(await reader.read()).done);
}
