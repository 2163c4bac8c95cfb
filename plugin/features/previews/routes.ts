import type { Request, Response } from 'express';
import type { Database } from '../../database/database.js';
import { ConflictError } from '../../errors.js';
import { addExportedTable } from '../../exports/exported-table.js';
import { outcomeNotice } from '../../previews/outcome-notice.js';
import type { OfferedAction, PreviewFile } from '../../previews/action.js';
import { type Preview, previewPath } from '../../previews/preview.js';
import type { Previews } from '../../previews/previews.js';
import type { Jobs } from '../../jobs/jobs.js';
import type { AroundTable } from '../../tables/list.js';
import { textsOf } from '../../tables/list-action.js';
import type { Table } from '../../tables/table.js';
import type { Viewer } from '../../viewing/viewer.js';
import { idIn } from '../../web/ids.js';
import { leaveNotice, leaveNoticeAndNext } from '../../web/notices.js';
import { type Pages, languageOf } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import { type LabelledThings, prepareUndo, undoneActs } from '../audit/index.js';
import { type OutcomeRow, countOutcomes, hasLeft } from './outcome-table.js';
import { shownGroups } from './shown-groups.js';
import type { PreviewListRow } from './table.js';

interface Parts {
  readonly db: Database;
  readonly previews: Previews;
  readonly jobs: Pick<Jobs, 'pageFor'>;
  readonly previewTable: Table<PreviewListRow>;
  readonly outcomeTable: Table<OutcomeRow>;
  readonly previewLabels: LabelledThings;
}

/** The page of a preview, with what applies it, and that of its rows' outcomes. */
export function addPreviewRoutes(routes: RouteTable, pages: Pages, parts: Parts): void {
  const { db, previews, previewTable, outcomeTable } = parts;
  const permission = 'signed-in';
  addExportedTable(
    routes,
    { db, pages },
    {
      path: '/previews/:id',
      permission,
      table: previewTable,
      around: (req) => aroundPreview(parts, req),
    },
  );
  addExportedTable(
    routes,
    { db, pages },
    {
      path: '/previews/:id/outcomes',
      permission,
      table: outcomeTable,
      around: (req) => aroundOutcomes(parts, req),
    },
  );
  routes.post('/previews/:id/application', permission, (req, res) => apply(parts, req, res));
  routes.post('/previews/:id/undo', permission, async (req, res) => {
    const preview = await previews.find(req.viewer, idIn(req));
    const undo = await prepareUndo(parts, req.viewer, preview.group ?? '');
    res.redirect(303, req.baseUrl + previewPath(undo));
  });
  routes.post('/previews/:id/repetition', permission, async (req, res) => {
    res.redirect(303, req.baseUrl + previewPath(await previews.again(req.viewer, idIn(req))));
  });
}

async function apply(parts: Parts, req: Request, res: Response): Promise<void> {
  const { previews, jobs } = parts;
  const preview = await previews.find(req.viewer, idIn(req));
  const texts = textsFor(await previews.offered.actionOf(preview));
  try {
    const tellsOwners = req.body['tellOwners'] === '1' && (await canTell(previews, req));
    const applied = await previews.apply(req.viewer, preview.id, tellsOwners);
    if ('jobId' in applied) {
      const page = jobs.pageFor(req.viewer, applied.jobId);
      if (page === undefined) {
        leaveNotice(req, res, 'table.notice-job');
      }
      res.redirect(303, req.baseUrl + (page ?? preview.list));
      return;
    }
    const notice = outcomeNotice(texts, applied.result, languageOf(req));
    const next = { key: 'previews.next.outcomes', path: `${previewPath(preview.id)}/outcomes` };
    leaveNoticeAndNext(req, res, { ...notice, next, undo: await undoIn(parts, req, preview.id) });
    res.redirect(303, req.baseUrl + preview.list);
  } catch (error) {
    if (!(error instanceof ConflictError)) {
      throw error;
    }
    // The page says why, and offers another preview.
    res.redirect(303, req.baseUrl + previewPath(preview.id));
  }
}

/** The preview whose undo the notice offers, if something of it can be undone. */
async function undoIn(
  { db, previews }: Parts,
  { viewer }: Request,
  id: number,
): Promise<number | undefined> {
  const { group } = await previews.find(viewer, id);
  const acts = await undoneActs({ db, undoes: previews.offered }, viewer, group ?? '');
  return acts.length === 0 ? undefined : id;
}

/** Customers change what is theirs. */
async function canTell({ telling }: Previews, { viewer }: Request): Promise<boolean> {
  const isOthers = viewer.scope.kind === 'all' || viewer.scope.kind === 'reseller';
  return isOthers && (await telling?.canTell()) === true;
}

async function aroundPreview(parts: Parts, req: Request): Promise<AroundTable> {
  const { previews } = parts;
  const preview = await previews.show(req.viewer, idIn(req));
  const language = languageOf(req);
  const offered = await previews.offered.actionOf(preview);
  const texts = textsFor(offered);
  const count = preview.counts['will-change'];
  const title = language.t(`${texts}.${count === 0 ? 'none' : 'title'}`, { count });
  return {
    parent: { id: preview.id, name: title },
    content: {
      ...frameOf(preview, offered, req),
      title,
      preview,
      groups: await shownGroups(parts, preview, language),
      effects: (await offered?.action.effects?.(req.viewer, preview, language)) ?? [],
      texts,
      count,
      isJob: offered !== undefined && previews.isJob(preview, offered),
      refusal: await previews.refusal(req.viewer, preview),
      files: preview.isCounted ? await filesOf(offered, preview, req.viewer) : [],
      isDestructive: offered?.action.isDestructive === true,
      canTell: await canTell(previews, req),
    },
  };
}

async function filesOf(
  offered: OfferedAction | undefined,
  preview: Preview,
  viewer: Viewer,
): Promise<readonly PreviewFile[]> {
  return (await offered?.action.files?.(preview, viewer)) ?? [];
}

async function aroundOutcomes({ db, previews }: Parts, req: Request): Promise<AroundTable> {
  const preview = await previews.find(req.viewer, idIn(req));
  const offered = await previews.offered.actionOf(preview);
  const title = languageOf(req).t(`${textsFor(offered)}.job`);
  const counts = await countOutcomes(db.knex, preview.id);
  return {
    parent: { id: preview.id, name: title },
    content: {
      ...frameOf(preview, offered, req),
      title,
      preview,
      counts,
      files: await filesOf(offered, preview, req.viewer),
      hasLeft: hasLeft(counts),
    },
  };
}

/** The menu's entry, and the link back to the list. */
function frameOf({ list }: Preview, offered: OfferedAction | undefined, req: Request): object {
  const [path = ''] = list.split('?');
  const section = path.split('/').at(1) ?? '';
  const { t, has } = languageOf(req);
  const named = `${path.split('/').at(-1)}.title`;
  const listTitle = t(has(named) ? named : `${offered?.table.key ?? section}.title`);
  return { section, list, listPath: path, listTitle };
}

function textsFor(offered: OfferedAction | undefined): string {
  return offered === undefined ? 'previews.selected.gone' : textsOf(offered.table, offered.action);
}
