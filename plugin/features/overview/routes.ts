import type { Request, Response } from 'express';
import { leaveNotice } from '../../web/notices.js';
import { type Pages, languageOf } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import type { OverviewFeatures } from './create.js';
import type { Overview } from './overview.js';

export function addOverviewRoutes(
  routes: RouteTable,
  pages: Pages,
  { overview, checklist }: OverviewFeatures,
): void {
  routes.get('/', 'signed-in', async (req, res) => {
    if (req.viewer.permissions.has('overview.view')) {
      await show(req, res, { pages, overview });
    } else {
      res.redirect(303, `${req.baseUrl}/mailbox`);
    }
  });

  routes.post('/checklist', 'checklist.use', async (req, res) => {
    const body: { shown?: unknown } = req.body ?? {};
    const putAway = body.shown !== '1';
    await checklist.putAway(req.viewer, putAway);
    leaveNotice(req, res, putAway ? 'overview.notice-put-away' : 'overview.notice-shown');
    res.redirect(303, `${req.baseUrl}/`);
  });

  routes.get('/checklist/:step', 'overview.view', async (req, res) => {
    const { step, finding } = await overview.check(req.viewer, String(req.params['step']));
    const title = languageOf(req).t(`${step.texts}.title`);
    pages.show(req, res, 'overview/check', { title, section: 'overview', step, finding });
  });
}

async function show(
  req: Request,
  res: Response,
  { pages, overview }: { readonly pages: Pages; readonly overview: Overview },
): Promise<void> {
  const language = languageOf(req);
  const page = await overview.page(req.viewer, language);
  const open = page.steps.filter(({ isDone }) => !isDone);
  const hasChecklist = req.viewer.permissions.has('checklist.use');
  const isAsked = req.query['checklist'] === 'shown';
  pages.show(req, res, 'overview/index', {
    ...page,
    title: language.t('overview.title'),
    section: 'overview',
    hasChecklist,
    open,
    showsChecklist: hasChecklist && (isAsked || (open.length > 0 && !page.isPutAway)),
    next: hasChecklist ? undefined : open[0],
  });
}
