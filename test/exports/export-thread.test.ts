import assert from 'node:assert/strict';
import { domainTable } from '../../plugin/features/domains/table.js';
import type { ExportJob } from '../../plugin/exports/export-job.js';
import { madeByThread } from '../../plugin/exports/export-thread.js';
import { parseTableState } from '../../plugin/tables/table-state.js';
import { engines } from '../support/app.js';
import { addAccount, addDomain } from '../support/fixtures.js';
import { useServedApp } from '../support/served-app.js';

for (const engine of engines) {
  describe(`the export thread on ${engine}`, () => {
    const served = useServedApp(engine);
    let threads = 0;
    const count = (): void => void (threads += 1);
    before(async () => {
      await addAccount(served.app, 'marie');
      await addDomain(served.app, 'marie.example', 'marie');
      process.on('worker', count);
    });
    after(() => process.off('worker', count));
    beforeEach(() => (threads = 0));

    const jobOf = (locale: 'en' | 'fr'): ExportJob => ({
      location: served.app.db.location,
      panelModule: undefined,
      list: 'domains',
      columns: ['name'],
      listing: { scope: { kind: 'all' }, state: parseTableState(domainTable, {}) },
      format: 'csv',
      isForExcel: false,
      locale,
      narrowedBy: [],
      title: 'Domains',
      madeAt: Date.now(),
    });

    it('makes one file after another', async () => {
      assert.match(await fileOf(jobOf('en')), /^Domain\r?\nmarie\.example/);
      const started = threads;
      assert.match(await fileOf(jobOf('fr')), /^Domaine\r?\nmarie\.example/);
      assert.equal(threads, started);
    });

    it('makes only one file at a time', async () => {
      const files = await Promise.all([fileOf(jobOf('en')), fileOf(jobOf('fr'))]);
      assert.match(files.join('\n'), /Domain\r?\nmarie[^]*Domaine\r?\nmarie/);
      assert.ok(threads >= 1);
    });

    it('ends when its consumer stops reading', async () => {
      await fileOf(jobOf('en'));
      for await (const made of madeByThread(jobOf('en'), new AbortController().signal)) {
        assert.equal(made.kind, 'counted');
        break;
      }
      assert.equal(threads, 0);
      assert.match(await fileOf(jobOf('en')), /marie\.example/);
      assert.equal(threads, 1);
    });
  });
}

async function fileOf(job: ExportJob): Promise<string> {
  const parts: string[] = [];
  for await (const made of madeByThread(job, new AbortController().signal)) {
    parts.push(made.kind === 'chunk' ? Buffer.from(made.bytes).toString() : '');
  }
  return parts.join('');
}
