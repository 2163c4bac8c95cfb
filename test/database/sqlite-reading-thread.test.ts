import assert from 'node:assert/strict';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { type Reader, sqliteReader } from '../../plugin/database/sqlite-reader.js';
import { sqliteReadingThread } from '../../plugin/database/sqlite-reading-thread.js';
import { temporaryFolder } from '../support/processes.js';

const texts = [
  '',
  'plain',
  `"'\\`,
  'é 例 💩',
  '[1,{}]',
  'null',
  '12',
  'a\u0000b',
  '\u001F\r\n\t\u2028',
];
const sql = 'SELECT id, "a ""b""", number FROM kept WHERE id > ? ORDER BY id DESC LIMIT 100';

describe('the thread that reads SQLite', () => {
  let plain: Reader;
  let thread: Reader;
  before(() => {
    const file = join(temporaryFolder('reading-thread'), 'test.sqlite');
    const db = new Sqlite(file);
    db.exec('CREATE TABLE kept (id INTEGER PRIMARY KEY, "a ""b""" TEXT, number NUMERIC)');
    const insert = db.prepare('INSERT INTO kept ("a ""b""", number) VALUES (?, ?)');
    texts.forEach((text, index) => insert.run(text, index / 2));
    insert.run(null, 2 ** 52);
    insert.run('no number', null);
    db.close();
    plain = sqliteReader(file);
    thread = sqliteReadingThread(file);
  });
  after(async () => {
    await plain.close();
    await thread.close();
  });

  it('returns the same rows in the same order as a connection in this thread', async () => {
    const rows = await thread.run(sql, [0]);
    assert.equal(rows.length, texts.length + 2);
    assert.deepEqual(rows, await plain.run(sql, [0]));
    assert.deepEqual(await thread.run(sql, [1000]), []);
  });

  it('answers concurrent queries, each with its own rows', async () => {
    const answers = await Promise.all([9, 5, 10, 0].map((id) => thread.run(sql, [id])));
    assert.deepEqual(
      answers.map((rows) => rows.length),
      [2, 6, 1, 11],
    );
  });

  it('reports what cannot be read, and continues', async () => {
    const [before, failed, behind] = await Promise.allSettled([
      thread.run(sql, [9]),
      thread.run('SELECT id FROM nowhere', []),
      thread.run(sql, [10]),
    ]);
    assert.ok(before.status === 'fulfilled' && behind.status === 'fulfilled');
    assert.deepEqual([before.value.length, behind.value.length], [2, 1]);
    assert.ok(failed.status === 'rejected');
    assert.match(String(failed.reason), /no such table: nowhere/);
  });

  it('answers at once when it cannot begin', async () => {
    const nowhere = sqliteReadingThread('/nowhere/test.sqlite');
    const asked = [1, 2, 3].map((id) => nowhere.run(sql, [id]));
    const outcomes = await Promise.allSettled(asked);
    assert.ok(outcomes.every(({ status }) => status === 'rejected'));
    await assert.rejects(nowhere.run(sql, [4]), /has ended/);
    await nowhere.close();
  });
});
