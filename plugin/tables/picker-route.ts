import type { Request, Response } from 'express';
import type { Database } from '../database/database.js';
import { languageOf } from '../web/pages.js';
import type { RouteTable } from '../web/route-table.js';
import type { Pickable, Suggestion } from './pickable.js';
import { Picker } from './picker.js';

/** The route of suggestions while typing, such as `/suggestions/accounts?text=ma`. */
export function addPicker<Row extends object>(
  routes: RouteTable,
  db: Database,
  pickable: Pickable<Row>,
): void {
  const picker = new Picker(db, pickable);
  routes.get(`/suggestions/${pickable.key}`, pickable.permission, async (req, res) => {
    answerSuggestions(req, res, await picker.suggest(req.viewer.scope, typedIn(req)));
  });
}

/** The text typed so far. */
export function typedIn({ query: { text } }: Request): string {
  return typeof text === 'string' ? text : '';
}

export function answerSuggestions(
  req: Request,
  res: Response,
  found: readonly Pick<Suggestion, 'name' | 'note'>[],
): void {
  const { t } = languageOf(req);
  res.set('Cache-Control', 'no-store').json({
    said: found.length === 0 ? t('picker.none') : t('picker.count', { count: found.length }),
    found: found.map(({ name, note }) => ({ name, note })),
  });
}
