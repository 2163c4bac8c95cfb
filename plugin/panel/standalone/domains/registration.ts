import type { Registration } from '../../../feature.js';

export const domains: Registration = {
  id: 'domains',
  commands: [{ name: 'domain', load: () => import('./commands.js') }],
};
