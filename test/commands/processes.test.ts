import assert from 'node:assert/strict';
import { relais, spawnRelais } from '../support/cli.js';
import { useTestApp } from '../support/opened.js';

describe('the built relais', () => {
  const app = useTestApp();

  const cases: [args: readonly string[], why: string][] = [
    [['plan', 'list', '--json'], 'its output'],
    [['domain', 'set', '--help'], 'its help'],
    [['domain', 'set', 'no.example', '--mail', 'off'], 'an error'],
    [['domain', 'set', 'no.example', '--unknown', 'nonsense'], 'an option that it does not know'],
  ];
  for (const [args, why] of cases) {
    it(`prints the same as a process of its own as within the tests: ${why}`, async () => {
      const { dataFolder } = app.config;
      assert.deepEqual(await relais(dataFolder, ...args), await spawnRelais(dataFolder, ...args));
    });
  }
});
