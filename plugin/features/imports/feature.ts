import { type Feature, feature, fromEach, withParts } from '../../feature.js';
import { linePasswords } from '../../imports/import-store.js';
import type { Imports } from '../../imports/imports.js';
import type { Jobs } from '../../jobs/jobs.js';
import type { DomainStore } from '../../panel/directory/domain-store.js';
import type { Previews } from '../../previews/previews.js';
import { domains } from '../domains/feature.js';
import { jobs } from '../jobs/feature.js';
import { previews } from '../previews/feature.js';
import type { Bulk } from '../previews/index.js';

interface ImportFeatures {
  readonly imports: Imports;
  readonly previews: Previews;
  readonly domains: DomainStore;
  readonly jobs: Jobs;
  readonly bulk: Bulk;
}

const dayMs = 24 * 60 * 60 * 1000;

export const imports: Feature<ImportFeatures> = feature<ImportFeatures>({
  id: 'imports',
  commands: [
    {
      name: 'import',
      does: 'domains, mailboxes or aliases of a file',
      load: () => import('./commands.js'),
    },
  ],
  sealed: [linePasswords],
  expires: [
    {
      table: 'imports',
      column: 'kept_until',
      aheadMs: dayMs,
      parts: { table: 'import_lines', of: 'import_id', key: 'id' },
    },
  ],
  async offered(parts) {
    const { importAction } = await import('../../imports/import-action.js');
    const { importTable } = await import('../../imports/import-table.js');
    const { imports: made } = await imports.part(parts);
    const kinds = await made.kinds();
    const besides = kinds.map((kind) => importAction(made, kind));
    return [{ table: importTable, actions: [], besides }];
  },

  async create(parts) {
    const { Imports: Class } = await import('../../imports/imports.js');
    const all = await withParts(parts, domains, previews, jobs);
    return {
      previews: all.previews,
      jobs: all.jobs,
      bulk: all.bulk,
      domains: all.domains,
      imports: new Class({
        ...parts,
        kinds: async () =>
          (await fromEach(parts.registered, (each) => each.imports?.(parts))).flat(),
      }),
    };
  },
  async addRoutes({ routes, pages, db }, part) {
    await (await import('./routes.js')).addImportRoutes(routes, pages, part);
    const { addImportApi } = await import('./api-routes.js');
    addImportApi(routes, { db, ...part }, await part.imports.kinds());
  },
  async api(parts) {
    const { imports: made } = await imports.part(parts);
    return (await import('./api.js')).importApi(await made.kinds());
  },
});
