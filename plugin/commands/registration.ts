import type { Registration } from '../feature.js';

/** The commands of the program itself. */
export const programCommands: Registration = {
  id: 'program',
  commands: [
    { name: 'start', does: 'run the panel', load: () => import('./start.js') },
    {
      name: 'demo',
      does: 'run the panel with sample data, which is deleted when it stops',
      load: () => import('./demo.js'),
    },
    {
      name: 'migrate',
      does: 'migrate the database, as `start` does anyway',
      load: () => import('./migrate.js'),
    },
    {
      name: 'render',
      does: 'write the configuration of Postfix and Dovecot for one mail host',
      load: () => import('./render.js'),
    },
    { name: 'maps', does: 'what Postfix and Dovecot look up', load: () => import('./maps.js') },
    {
      name: 'key',
      does: 'the key that stored passwords are encrypted with',
      load: () => import('./key.js'),
    },
  ],
};
