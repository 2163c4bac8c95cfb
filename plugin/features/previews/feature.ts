import { orOfRemovedAccounts } from '../../previews/removed-accounts.js';
import { type Feature, feature, fromEach, withParts } from '../../feature.js';
import type { Jobs } from '../../jobs/jobs.js';
import type { Previews } from '../../previews/previews.js';
import type { Table } from '../../tables/table.js';
import type { LabelledThings } from '../audit/index.js';
import { jobs } from '../jobs/feature.js';
import type { Bulk } from './bulk.js';
import type { OutcomeRow } from './outcome-table.js';
import type { ChangeRows } from './rows-command.js';
import type { PreviewListRow } from './table.js';

interface PreviewFeatures {
  readonly jobs: Jobs;
  readonly previews: Previews;
  readonly previewTable: Table<PreviewListRow>;
  readonly outcomeTable: Table<OutcomeRow>;
  readonly previewLabels: LabelledThings;
  readonly bulk: Bulk;
  readonly changeRows: ChangeRows;
}

export const previews: Feature<PreviewFeatures> = feature<PreviewFeatures>({
  id: 'previews',
  lists: async (all) => {
    const { previewTableOf } = await import('./table.js');
    return [previewTableOf(all), (await import('./outcome-table.js')).outcomeTable];
  },
  jobKinds: async (parts) => {
    const { previewJob } = await import('../../previews/job-kind.js');
    return [previewJob((await previews.part(parts)).previews)];
  },
  mails: async () => [(await import('./changed-mail.js')).changedMail],
  expires: [
    {
      table: 'previews',
      column: 'kept_until',
      aheadMs: 100 * 24 * 60 * 60 * 1000,
      also: orOfRemovedAccounts,
      parts: { table: 'preview_rows', of: 'preview_id', key: 'row_id' },
    },
  ],

  async create(parts) {
    const { Previews: Class } = await import('../../previews/previews.js');
    const { previewTableOf } = await import('./table.js');
    const { outcomeTable } = await import('./outcome-table.js');
    const { auditedThings } = await import('../audit/index.js');
    const { Bulk: OfPrograms } = await import('./bulk.js');
    const { RateLimits } = await import('../../web/rate-limits.js');
    const { OwnerMails } = await import('./owner-mails.js');
    const all = await withParts(parts, jobs);
    const previewLabels = auditedThings(parts.registered);
    const made = new Class({
      ...all,
      telling: new OwnerMails({ ...parts, previewLabels }),
      offered: async () =>
        (await fromEach(parts.registered, (each) => each.offered?.(parts))).flat(),
    });
    const { changeRows } = await import('./rows-command.js');
    return {
      jobs: all.jobs,
      previews: made,
      changeRows,
      bulk: new OfPrograms({ ...parts, previews: made, limits: new RateLimits(parts.db) }),
      previewTable: previewTableOf(parts.registered),
      outcomeTable,
      previewLabels,
    };
  },
  async addRoutes({ routes, pages, db }, part) {
    const { addBulkApi } = await import('./bulk-routes.js');
    (await import('./routes.js')).addPreviewRoutes(routes, pages, { db, ...part });
    addBulkApi(routes, { db, ...part });
  },
  api: async () => (await import('./bulk-operations.js')).bulkApi,
});
