import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { programFolder } from '../../plugin/runtime/paths.js';
import { findSources } from '../../plugin/runtime/threads.js';

const program = `
  import { createLog } from './plugin/web/log.ts';
  import { openDatabase } from './plugin/database/database.ts';
  const log = createLog('info');
  log.error({ err: Object.assign(new Error('refused'), { sql: "SET password = 'hidden-1'" }) });
  log.info({ form: { password: 'hidden-2', login: 'marie' } });
  const db = openDatabase({ engine: 'sqlite', file: ':memory:' });
  await db.knex('nowhere').insert({ secret: 'hidden-3' }).catch((err) => log.error({ err }));
  await db.close();
`;

describe('the log', () => {
  it('has one JSON object per line, without passwords, secrets or values of statements', () => {
    const { stderr } = spawnSync(
      process.execPath,
      ['--import', findSources, '--input-type=module', '-e', program],
      {
        cwd: join(programFolder),
        encoding: 'utf8',
      },
    );
    const lines: unknown[] = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.equal(lines.length, 3);
    assert.match(stderr, /refused/);
    assert.match(stderr, /marie/);
    assert.doesNotMatch(stderr, /hidden/);
  });
});
