import assert from 'node:assert/strict';
import { copyFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Epoch } from '../../plugin/mail-server/epoch.js';
import { engines } from '../support/app.js';
import type { Child } from '../support/child.js';
import { startRelais } from '../support/cli.js';
import { type Installation, startInstallation } from '../support/mail/installation.js';
import { askMany } from '../support/mail/warm-processes.js';
import { removeFolder, temporaryFolder, until } from '../support/processes.js';

const accepted = '250 2.1.5 Ok';
const denied = '554 5.7.1 Relay access denied';

/** A process serves 100 connections. */
const mostRounds = 50;

/** Not on SQLite, where the panel and the mail servers share a host. */
for (const engine of engines.filter((each) => each !== 'sqlite')) {
  describe(`a mail host without a panel, on ${engine}`, () => {
    let data: string;
    let mail: Installation;
    let lookups: Child | undefined;

    before(async () => {
      data = temporaryFolder('mail-host-data');
      const epochFolder = join(data, 'epoch');
      new Epoch(epochFolder).renew();
      mail = await startInstallation(engine, { epochFolder });
      copyFileSync(join(mail.app.config.dataFolder, 'relais.key'), join(data, 'relais.key'));
      lookups = await startLookups();
    });
    after(async () => {
      await lookups?.stop();
      await mail.close();
      removeFolder(data);
    });

    const startLookups = (): Promise<Child> => {
      const { database } = mail.app.config;
      assert.ok(database.engine === 'mariadb');
      return startRelais(/answers look-ups at/, [
        '--data',
        data,
        '--database',
        database.url,
        'lookups',
      ]);
    };

    const epoch = (): number => statSync(join(data, 'epoch', 'epoch.db')).ino;

    const untilRenewedAfter = (before: number): Promise<void> => until(() => epoch() !== before);

    const replies = async (domain: string, count?: number): Promise<string[]> => [
      ...new Set(await askMany(mail, `box@${domain}`, count)),
    ];

    /** Asks twenty processes at a time, for fewer connections than one with a cached answer would serve. */
    const untilAllSay = async (domain: string, reply: string): Promise<void> => {
      let last: string[] = [];
      for (let round = 0; round < mostRounds && last.join() !== reply; round += 1) {
        last = await replies(domain);
      }
      assert.deepEqual(last, [reply]);
    };

    it('applies changes made on other hosts', async () => {
      const domain = await mail.domain();
      for (let change = 0; change < 10; change += 1) {
        await mail.panel.setMailEnabled(domain, change % 2 === 1);
        await untilAllSay(domain, change % 2 === 1 ? accepted : denied);
      }
    });

    it('applies changes made while `relais lookups` was down once it runs', async () => {
      const domain = await mail.domain();
      await mail.panel.setMailEnabled(domain, false);
      await untilAllSay(domain, denied);
      await lookups?.stop('SIGKILL');
      assert.deepEqual(await replies(domain), [denied]);
      await mail.panel.setMailEnabled(domain, true);
      assert.deepEqual(await replies(domain, 1), [denied]);
      lookups = await startLookups();
      await untilAllSay(domain, accepted);
    });

    it('keeps renewing the epoch when its database user cannot read whether there are changes', async () => {
      await mail.app.db.knex.schema.renameTable('mail_changes', 'hidden');
      try {
        await untilRenewedAfter(epoch());
        await untilRenewedAfter(epoch());
      } finally {
        await mail.app.db.knex.schema.renameTable('hidden', 'mail_changes');
      }
    });
  });
}
