import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { programFolder } from '../../plugin/runtime/paths.js';
import { temporaryFolder } from '../support/processes.js';

const source = join(programFolder, 'plugin/runtime/compiled-code.ts');

/** In a process of its own, since a process keeps its code in one place. */
function keepIn(dataFolder: string): void {
  const script = `
    process.umask(0o077);
    const { keepCompiledCode } = await import(${JSON.stringify(source)});
    keepCompiledCode(${JSON.stringify(dataFolder)});`;
  const { NODE_COMPILE_CACHE: _shared, ...env } = process.env;
  execFileSync(process.execPath, ['--input-type=module', '--eval', script], { env });
}

describe('compiled code', () => {
  it('is kept in the data folder, for its owner alone', () => {
    const data = join(temporaryFolder('compiled'), 'data');
    mkdirSync(data);
    keepIn(data);
    assert.equal(statSync(join(data, 'compiled')).mode & 0o077, 0);
  });

  it('is not kept before there is a data folder, whose permissions the panel sets', () => {
    const data = join(temporaryFolder('compiled'), 'data');
    keepIn(data);
    assert.equal(existsSync(data), false);
  });
});
