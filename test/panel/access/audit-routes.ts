import { type Expectation, change, choice, of, owners, page } from './expectation.js';

/** The routes of the activity log. */
export const auditRoutes: Readonly<Record<string, Expectation>> = {
  'get /audit': page(owners),
  'get /audit/export': page(owners),
  'post /audit/columns': choice(owners),
  'post /audit/searches': choice(owners),
  'get /audit/:id': of('act'),
  'get /audit/:id/export': of('act'),
  'post /audit/:id/columns': change('act'),
  'post /audit/:id/searches': change('act'),
  'post /audit/:id/undo': change('act'),
};
