import type { Request } from 'express';
import type { Database } from '../../database/database.js';
import { type Job, isOver, jobPath } from '../../jobs/job.js';
import type { Jobs } from '../../jobs/jobs.js';
import { previewPath } from '../../previews/preview.js';
import { PreviewStore } from '../../previews/store.js';
import type { UndoAction } from '../../previews/undo.js';
import { undoneActs } from '../audit/index.js';
import { countOutcomes, hasLeft } from '../previews/index.js';
import { addExportedTable } from '../../exports/exported-table.js';
import { formHandlers } from '../../web/forms.js';
import { idIn } from '../../web/ids.js';
import { leaveNotice } from '../../web/notices.js';
import { type PageContent, type Pages, languageOf } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import { jobTable } from './table.js';
import { cancelledNotice, labelsOf } from './labels.js';

interface Parts {
  readonly db: Database;
  readonly jobs: Jobs;
  readonly undoes: () => Promise<readonly UndoAction[]>;
}

/** The pages of jobs, with their progress. */
export function addJobRoutes(routes: RouteTable, pages: Pages, parts: Parts): void {
  const { db, jobs } = parts;
  const list = { path: '/jobs', permission: 'jobs.view', table: jobTable };
  addExportedTable(routes, { db, pages }, list);

  const job = formHandlers(pages, {
    view: 'jobs/job',
    load: async (req) => {
      const found = await jobs.find(req.viewer, idIn(req));
      return { job: found, outcomes: await outcomesOf(parts, req, found) };
    },
    content: jobContent,
    async submit(req, res) {
      const cancelled = await jobs.cancel(req.viewer, idIn(req));
      leaveNotice(req, res, cancelledNotice(cancelled));
      res.redirect(303, req.baseUrl + jobPath(cancelled.id));
    },
  });
  routes.get('/jobs/:id', 'jobs.view', job.show);
  routes.post('/jobs/:id/cancellation', 'jobs.cancel', job.submit);
}

interface JobOutcomes {
  readonly path: string;
  readonly counts: Awaited<ReturnType<typeof countOutcomes>>;
  readonly canTryAgain: boolean;
  readonly canBeUndone: boolean;
}

/** The outcomes of the rows, for whoever asked for them. */
async function outcomesOf(
  { db, undoes }: Parts,
  { viewer }: Request,
  job: Job,
): Promise<JobOutcomes | undefined> {
  const preview = await new PreviewStore(db).ofJob(viewer, job.id);
  if (preview === undefined) {
    return undefined;
  }
  const counts = await countOutcomes(db.knex, preview.id);
  const known = {
    undoOf: async (action: string) => (await undoes()).find((each) => each.undoes.includes(action)),
  };
  return {
    path: previewPath(preview.id),
    counts,
    canTryAgain: isOver(job) && hasLeft(counts),
    canBeUndone:
      isOver(job) && (await undoneActs({ db, undoes: known }, viewer, job.group)).length > 0,
  };
}

function jobContent(
  { job, outcomes }: { readonly job: Job; readonly outcomes: JobOutcomes | undefined },
  req: Request,
): PageContent {
  const language = languageOf(req);
  return {
    title: language.t(job.titleKey),
    section: 'jobs',
    job,
    outcomes,
    ...labelsOf(job, language),
    isOver: isOver(job),
    canBeCancelled: !isOver(job) && !job.isCancelAsked && req.viewer.permissions.has('jobs.cancel'),
    /** Changes the URL of the polling part each time. */
    readAt: Date.now(),
  };
}
