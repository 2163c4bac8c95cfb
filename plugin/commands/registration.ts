import type { Registration } from '../feature.js';

/** The commands of the program itself. */
export const programCommands: Registration = {
  id: 'program',
  commands: [
    {
      name: 'start',
      does: 'run the panel',
      load: async () => (await import('./start.js')).addStartCommand,
    },
    {
      name: 'demo',
      does: 'run the panel on made-up data that are gone when it stops',
      load: async () => (await import('./demo.js')).addDemoCommand,
    },
    {
      name: 'migrate',
      does: "bring the database to this program's shape; `start` does so by itself",
      load: async () => (await import('./migrate.js')).addMigrateCommand,
    },
    {
      name: 'render',
      does: 'write the configuration of Postfix and Dovecot for one mail host',
      load: async () => (await import('./render.js')).addRenderCommand,
    },
    {
      name: 'maps',
      does: 'what Postfix and Dovecot look up',
      load: async () => (await import('./maps.js')).addMapsCommand,
    },
    {
      name: 'key',
      does: 'the key that stored passwords are encrypted with',
      load: async () => (await import('./key.js')).addKeyCommands,
    },
  ],
};
