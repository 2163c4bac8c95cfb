import type { Registration } from '../../../feature.js';

export const domains: Registration = {
  id: 'domains',
  commands: [
    { name: 'domain', load: async () => (await import('./commands.js')).addDomainCommands },
  ],
};
