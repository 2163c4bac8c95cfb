import type { Request, Response } from 'express';
import {
  type Selection,
  SelectionError,
  idsInOneField,
  selectionIn,
} from '../../tables/selection.js';
import type { ListAction } from '../../tables/table-page.js';
import { parseTableState, queryIn, tableQuery } from '../../tables/table-state.js';
import { leaveNotice } from '../../web/notices.js';
import { type Pages, languageOf } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import type { SmtpFeatures } from './create.js';
import type { MarkedServers } from './marked-servers.js';
import { type ServerListRow, smtpServerTable } from './table.js';
import { someOf } from './some-of.js';

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
    const selection = markedIn(req.body);
    if (selection === undefined) {
      leaveNotice(req, res, 'smtp-servers.notice-none-marked');
      res.redirect(303, listOf(req));
      return;
    }
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
  const { leaving, staying } = await parts.marked.of(req.viewer, parts.selection);
  const { t } = languageOf(req);
  const count = leaving.length;
  parts.pages.show(req, res, 'smtp-servers/marked-removal', {
    title: t(`smtp-servers.marked.${count === 0 ? 'none' : 'remove'}-title`, { count }),
    section: 'smtp-servers',
    leaving: someTitles(leaving),
    staying: someTitles(staying),
    ids: idsInOneField(leaving.map(({ id }) => id)),
    path: removal.path,
    query: queryOf(req),
  });
}

function someTitles(servers: readonly ServerListRow[]): {
  readonly count: number;
  readonly titles: readonly string[];
} {
  const titles = servers.slice(0, mostNamed).map(({ title }) => title);
  return { count: servers.length, titles };
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
  res.redirect(303, listOf(req));
}

/** Undefined where nothing is marked. @throws {SelectionError} when too much is. */
function markedIn(body: unknown): Selection | undefined {
  try {
    return selectionIn(smtpServerTable, body);
  } catch (error) {
    if (error instanceof SelectionError && error.key === 'table.selection.empty') {
      return undefined;
    }
    throw error;
  }
}

/** The list as it was left. */
function listOf(req: Request): string {
  return `${req.baseUrl}/smtp-servers${queryOf(req)}`;
}

function queryOf({ body }: Request): string {
  const state = parseTableState(smtpServerTable, queryIn(body.query));
  const query = tableQuery(smtpServerTable, state, { place: state.place });
  return query === '?' ? '' : query;
}
