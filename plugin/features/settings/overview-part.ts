import type { Config } from '../../config.js';
import type { OverviewPart } from '../../panel/overview/contribution.js';
import { whileTrue } from '../../panel/overview/facts.js';
import { unencrypted } from './mail-port.js';

export function installationOverview({ publicUrl }: Pick<Config, 'publicUrl'>): OverviewPart {
  return {
    steps: [
      {
        key: 'public-name',
        rank: 10,
        roles: ['administrator'],
        done: publicUrl !== undefined,
        command: 'RELAIS_PUBLIC_URL=https://mail.example.com/ npm start',
      },
      {
        key: 'mail-host',
        rank: 20,
        roles: ['administrator'],
        done: whileTrue('host-rendered'),
        command:
          'npx relais render --target /etc/relais --hostname mail.example.com --postmaster admin@example.com',
      },
    ],
    attention: [
      {
        key: 'unencrypted',
        permission: 'settings.manage',
        path: '/settings',
        rows: (db) =>
          db('settings').where('key', 'mail-ports').where('value', 'like', `% ${unencrypted}"%`),
      },
    ],
  };
}
