import type { NavigationEntry } from '../../manifest.js';

/** The standalone panel's own menu entries, in addition to the manifest's. */
export const navigation: readonly NavigationEntry[] = [
  {
    id: 'accounts',
    path: '/accounts',
    place: 'admin',
    icon: 'users',
    permission: 'accounts.manage',
  },
  {
    id: 'own-plan',
    path: '/plan',
    place: 'admin',
    icon: 'package',
    permission: 'own-plan.view',
  },
  {
    id: 'plans',
    path: '/plans',
    place: 'admin',
    icon: 'package',
    permission: 'plans.manage',
  },
];
