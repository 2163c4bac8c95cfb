import type { Database } from '../../database/database.js';
import type { AnyPickable } from '../../tables/pickable.js';
import { mostSuggested } from '../../tables/names-of-others.js';
import { typedIn } from '../../tables/picker-route.js';
import { type Pages, languageOf } from '../../web/pages.js';
import type { RouteTable } from '../../web/route-table.js';
import { Finder } from './finder.js';

/** The search over everything. Its page is also the content of the dialog that the top bar opens. */
export function addFindRoutes(
  routes: RouteTable,
  pages: Pages,
  parts: { readonly db: Database; readonly pickables: readonly AnyPickable[] },
): void {
  const finder = new Finder({
    ...parts,
    accessTo: (path) => routes.routes.find((each) => each.path === path)?.access,
    entriesFor: ({ permissions }) => pages.entriesFor(permissions),
  });
  routes.get('/find', 'signed-in', async (req, res) => {
    const text = typedIn(req);
    const language = languageOf(req);
    const kinds = await finder.find(req.viewer, text, language);
    res.set('Cache-Control', 'no-store');
    pages.show(req, res, 'find/index', {
      title: language.t('find.title'),
      text,
      kinds,
      most: mostSuggested,
      count: kinds.reduce((sum, { found }) => sum + found.length, 0),
    });
  });
}
