import { type Expectation, change, choice, of, owners, page } from './expectation.js';

/** Nothing outside of the scope can be selected. */
const selectedNone: Expectation = { may: owners, status: 303, body: { ids: '999999999' } };

/** The routes of what is removed. */
export const removedRoutes: Readonly<Record<string, Expectation>> = {
  'get /removed': page(owners),
  'get /removed/export': page(owners),
  'post /removed/columns': choice(owners),
  'post /removed/searches': choice(owners),
  'post /removed/selected/restoration': selectedNone,
  'post /removed/selected/erasure': selectedNone,
  'get /removed/:id': of('removal'),
  'post /removed/:id/restoration': change('removal'),
  'get /removed/:id/erasure': of('removal'),
  'post /removed/:id/erasure': change('removal'),
};
