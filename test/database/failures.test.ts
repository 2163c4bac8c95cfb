import assert from 'node:assert/strict';
import { openDatabase } from '../../plugin/database/database.js';
import { storageUnavailable } from '../../plugin/database/failures.js';
import { whatToShow } from '../../plugin/web/error-pages.js';
import { engines, openTestApp } from '../support/app.js';
import { freePort, until } from '../support/processes.js';

const cannotStore = 'errors.storage-unavailable';
const noAnswer = 'errors.unavailable';

const cases: [why: string, error: object, key: string | undefined][] = [
  ['a full disk under SQLite', { code: 'SQLITE_FULL' }, cannotStore],
  ['a file that may only be read', { code: 'SQLITE_READONLY' }, cannotStore],
  ['one whose file was moved away', { code: 'SQLITE_READONLY_DBMOVED' }, cannotStore],
  ['a disk that fails', { code: 'SQLITE_IOERR_WRITE' }, cannotStore],
  ['a folder that cannot be opened', { code: 'SQLITE_CANTOPEN' }, cannotStore],
  ['a damaged file', { code: 'SQLITE_CORRUPT_VTAB' }, cannotStore],
  ['another writer', { code: 'SQLITE_BUSY_SNAPSHOT' }, noAnswer],
  ['a broken rule is the query’s own fault', { code: 'SQLITE_CONSTRAINT_NOTNULL' }, undefined],
  ['a table that is not there as well', { code: 'SQLITE_ERROR' }, undefined],
  ['a full disk under MariaDB', { errno: 1021, sqlState: 'HY000' }, cannotStore],
  ['a full table', { errno: 1114, sqlState: 'HY000' }, cannotStore],
  ['a server that may only be read', { errno: 1290, sqlState: 'HY000' }, cannotStore],
  ['the same in MySQL', { errno: 1836, sqlState: 'HY000' }, cannotStore],
  ['too many connections', { errno: 1040, sqlState: '08004' }, noAnswer],
  ['a node outside its cluster', { errno: 1047, sqlState: '08S01' }, noAnswer],
  ['a duplicate is the query’s own fault', { errno: 1062, sqlState: '23000' }, undefined],
  ['a server that is not there', { code: 'ECONNREFUSED', errno: -111, fatal: true }, noAnswer],
  ['one that went away', { code: 'PROTOCOL_CONNECTION_LOST', fatal: true }, noAnswer],
  ['a closed connection that was asked again', { fatal: true }, noAnswer],
  ['no free connection', { name: 'KnexTimeoutError' }, noAnswer],
  ['a full disk under a file', { code: 'ENOSPC', errno: -28, syscall: 'write' }, cannotStore],
  ['a file that is not there', { code: 'ENOENT', errno: -2, syscall: 'open' }, undefined],
  ['a client that went away', { code: 'ECONNABORTED', type: 'request.aborted' }, undefined],
  ['a client that broke off', { code: 'ECONNRESET', errno: -104, syscall: 'read' }, undefined],
  ['a mail server that is not there', { code: 'ECONNECTION', errno: -111 }, undefined],
  ['a mail server that is slow', { code: 'ETIMEDOUT', command: 'CONN' }, undefined],
];

if (engines.includes('mariadb')) {
  describe('a MariaDB', () => {
    it('that closes a connection, or is down, is reported as not answering', async () => {
      const app = await openTestApp('mariadb');
      const { database } = app.config;
      assert.ok(database.engine === 'mariadb');
      const asleep = app.db.knex.raw('SELECT SLEEP(600)').then(
        () => undefined,
        (error: unknown) => error,
      );
      const other = openDatabase(database);
      const sleeping = async (): Promise<number | undefined> => {
        const [rows] = await other.knex.raw(
          "SELECT id FROM information_schema.processlist WHERE info = 'SELECT SLEEP(600)'",
        );
        return rows[0]?.id;
      };
      await until(async () => (await sleeping()) !== undefined);
      await other.knex.raw(`KILL ${await sleeping()}`);
      assert.equal(storageUnavailable(await asleep)?.key, noAnswer);
      await other.close();
      await app.remove();

      const nowhere = openDatabase({
        engine: 'mariadb',
        url: `mysql://root@127.0.0.1:${await freePort()}/x`,
      });
      for (const ask of [
        () => nowhere.knex.raw('SELECT 1'),
        () => nowhere.runPrepared('SELECT 1', []),
      ]) {
        const error: unknown = await ask().then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        assert.equal(storageUnavailable(error)?.key, noAnswer);
      }
      await nowhere.close();
    });
  });
}

describe('a failure', () => {
  for (const [why, error, key] of cases) {
    it(`of ${why} is ${key === undefined ? 'not a storage failure' : `reported as ${key}`}`, () => {
      const thrown = Object.assign(new Error('what the driver says'), error);
      assert.equal(storageUnavailable(thrown)?.key, key);
    });
  }

  it('of a request that its client aborted is not a storage failure', () => {
    const aborted = Object.assign(new Error('request aborted'), {
      code: 'ECONNABORTED',
      type: 'request.aborted',
      status: 400,
    });
    assert.equal(whatToShow(aborted)?.status, 400);
  });
});
