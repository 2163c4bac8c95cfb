import type { Database } from '../database/database.js';
import { languageOf } from '../web/pages.js';
import type { RouteTable } from '../web/route-table.js';
import type { Pickable } from './pickable.js';
import { Picker } from './picker.js';

/** The route of suggestions while typing, such as `/suggestions/accounts?text=ma`. */
export function addPicker<Row extends object>(
  routes: RouteTable,
  db: Database,
  pickable: Pickable<Row>,
): void {
  const picker = new Picker(db, pickable);
  routes.get(`/suggestions/${pickable.key}`, pickable.permission, async (req, res) => {
    const { text } = req.query;
    const found = await picker.suggest(req.viewer.scope, typeof text === 'string' ? text : '');
    const { t } = languageOf(req);
    res.set('Cache-Control', 'no-store').json({
      said: found.length === 0 ? t('picker.none') : t('picker.count', { count: found.length }),
      found: found.map(({ name, note }) => ({ name, note })),
    });
  });
}
