import { feature, pickablesOf } from '../../feature.js';
import type { AnyPickable } from '../../tables/pickable.js';

interface FindFeatures {
  /** Things with pages of their own. */
  readonly findables: readonly AnyPickable[];
}

export const find = feature<FindFeatures>({
  id: 'find',
  async create({ registered }) {
    const pickables = await pickablesOf(registered);
    const findables = pickables.filter(({ page }) => page !== undefined);
    return { findables: findables.toSorted((one, other) => rankOf(one) - rankOf(other)) };
  },
  addRoutes: async ({ routes, pages, db }, { findables }) =>
    (await import('./routes.js')).addFindRoutes(routes, pages, { db, pickables: findables }),
});

function rankOf({ page }: AnyPickable): number {
  return page?.rank ?? 0;
}
