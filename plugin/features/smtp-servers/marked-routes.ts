import type { Request, Response } from 'express';
import { type Selection, idsInOneField, selectionIn } from '../../tables/selection.js';
import type { ListAction } from '../../tables/table-page.js';
import { leaveNotice } from '../../web/notices.js';
import { type Pages, languageOf } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import type { SmtpFeatures } from './create.js';
import type { MarkedServers } from './marked-servers.js';
import { smtpServerTable } from './table.js';
import { someOf } from './words.js';

const removal: ListAction = {
  key: 'remove',
  path: '/smtp-servers/marked/removal',
  permission: 'smtp-servers.manage',
  icon: 'trash',
};

export const markedActions: readonly ListAction[] = [removal];

/** What is done with marked servers is asked for first: the page says what it will touch, and sends just that. */
export function addMarkedRoutes(
  routes: RouteTable,
  pages: Pages,
  { markedServers: marked }: SmtpFeatures,
): void {
  routes.post(removal.path, removal.permission, async (req, res) => {
    const selection = selectionIn(smtpServerTable, req.body);
    await (req.body.confirmed === '1' && selection.kind === 'rows'
      ? remove(req, res, marked, selection.ids)
      : ask(req, res, { pages, marked, selection }));
  });
}

const mostNamed = 10;

async function ask(
  req: Request,
  res: Response,
  parts: {
    readonly pages: Pages;
    readonly marked: MarkedServers;
    readonly selection: Selection;
  },
): Promise<void> {
  const servers = await parts.marked.of(req.viewer, parts.selection);
  parts.pages.show(req, res, 'smtp-servers/marked-removal', {
    title: languageOf(req).t('smtp-servers.marked.remove-title', { count: servers.length }),
    section: 'smtp-servers',
    titles: servers.slice(0, mostNamed).map(({ title }) => title),
    count: servers.length,
    ids: idsInOneField(servers.map(({ id }) => id)),
    path: removal.path,
  });
}

async function remove(
  req: Request,
  res: Response,
  marked: MarkedServers,
  ids: readonly number[],
): Promise<void> {
  const { removed, kept } = await marked.remove(req.viewer, ids);
  if (kept.length === 0) {
    leaveNotice(req, res, 'smtp-servers.notice-marked', languageOf(req).number(removed));
  } else {
    // A notice travels in a cookie.
    leaveNotice(req, res, 'smtp-servers.notice-marked-kept', someOf(kept));
  }
  res.redirect(303, `${req.baseUrl}/smtp-servers`);
}
