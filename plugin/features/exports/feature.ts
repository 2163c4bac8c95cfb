import { feature } from '../../feature.js';

/** What is said of an export stays for a day. */
const dayMs = 24 * 60 * 60 * 1000;

export const exportedLists = feature<object>({
  id: 'exports',
  expires: [{ table: 'exports', column: 'updated_at', keptMs: dayMs }],

  create: async () => ({}),
  async addRoutes({ routes, pages, db }) {
    const { addExportRoutes } = await import('../../exports/routes.js');
    addExportRoutes(routes, pages, db);
  },
});
