import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { epochFolderOf, mailFileOf } from '../../plugin/mail-server/data-files.js';
import { Epoch, epochTable } from '../../plugin/mail-server/epoch.js';
import type { ConfigurationFiles } from '../../plugin/mail-server/render.js';
import { engines, oneEngine } from '../support/app.js';
import { Child } from '../support/child.js';
import { type Installation, startInstallation } from '../support/mail/installation.js';
import { sharedInstallation } from '../support/mail/shared-installation.js';
import { SmtpClient } from '../support/mail/smtp-client.js';
import { askMany } from '../support/mail/warm-processes.js';
import { type PolicyState, policyStates, setState, whereGoes } from '../support/mail/where-goes.js';
import { programPath } from '../support/packages.js';
import { removeFolder, temporaryFolder } from '../support/processes.js';

/** The views are the same on both engines, so Postfix's cache is only tested at length on one. */
const rounds = { sqlite: [1, 2, 3, 4, 5], mariadb: [1] };
const flipsEach = 20;

for (const engine of engines) {
  describe(`long-running Postfix processes on ${engine}`, () => {
    let mail: Installation;
    const domains: string[] = [];
    const now = new Map<string, PolicyState>();

    before(async () => {
      mail = await sharedInstallation(engine);
      while (domains.length < 10) {
        domains.push(await mail.domain());
      }
    });

    /** Changes the policy of a domain; returns where its mail went instead, if it went wrong. */
    const flip = async (): Promise<string> => {
      const domain = anyOf(domains);
      const state = anyOf(
        policyStates(mail, domain).filter(({ outcome }) => outcome !== now.get(domain)?.outcome),
      );
      await setState(mail, domain, state);
      now.set(domain, state);
      const inbox = state.policy === 'off' ? '' : `box@${domain}`;
      const outcome = await whereGoes(mail, `nobody@${domain}`, inbox);
      return outcome === state.outcome ? '' : `${domain}: ${outcome} instead of ${state.outcome}`;
    };

    const wrongOf = async (flips: number): Promise<string[]> => {
      const wrong: string[] = [];
      for (let count = 0; count < flips; count += 1) {
        wrong.push(await flip());
      }
      return wrong.filter((each) => each !== '');
    };

    for (const round of rounds[engine]) {
      it(`apply ${flipsEach} random changes to known recipients (${round})`, async () => {
        assert.deepEqual(await wrongOf(flipsEach), []);
      });
    }

    it('all drop their cached answers, however many they are', async () => {
      const domain = await mail.domain();
      for (let change = 0; change < 5; change += 1) {
        await mail.panel.setMailEnabled(domain, false);
        await expectAll(mail, domain, denied);
        await mail.panel.setMailEnabled(domain, true);
        await expectAll(mail, domain, '250 2.1.5 Ok');
      }
    });

    it('learn at the panel’s next check what a killed process had changed', async () => {
      const domain = await mail.domain();
      await mail.panel.setMailEnabled(domain, false);
      await expectAll(mail, domain, denied);
      await switchOnAndDie(mail, domain);
      await mail.app.changes.publish();
      await expectAll(mail, domain, '250 2.1.5 Ok');
    });

    if (!oneEngine.includes(engine)) {
      // These depend on Postfix alone.
      return;
    }

    it('apply changes while much mail arrives', async () => {
      const busy = await mail.domain();
      const { host } = mail;
      const source = spawn(
        programPath('smtp-source'),
        ['-s', '8', '-w', '1', '-m', '100000', '-l', '4096', '-f', 'a@outside.test'].concat([
          '-t',
          `box@${busy}`,
          '-M',
          'client.test',
          `inet:${host.address}:${host.ports.smtp}`,
        ]),
        { stdio: ['ignore', 'ignore', 'inherit'] },
      );
      try {
        assert.deepEqual(await wrongOf(flipsEach), []);
        assert.equal(source.exitCode, null, 'the mail came to an end');
      } finally {
        source.kill();
        await once(source, 'close');
      }
    });

    it('serve more than one connection', async () => {
      const domain = await mail.domain();
      const served = (): number =>
        mail.host.log().match(/postfix\/smtp\/smtpd\[\d+\]: connect/g)?.length ?? 0;
      const started = (): number =>
        new Set(mail.host.log().match(/postfix\/smtp\/smtpd\[\d+\]/g)).size;
      const before = { served: served(), started: started() };
      for (let count = 0; count < 20; count += 1) {
        await askMany(mail, `box@${domain}`, 1);
      }
      assert.equal(served() - before.served, 20);
      assert.ok(started() - before.started < 5);
    });

    it('finish a session that was open before a change', async () => {
      const domain = await mail.domain();
      const client = await SmtpClient.connect({
        host: mail.host.address,
        port: mail.host.ports.smtp,
      });
      await client.command('MAIL FROM:<stranger@outside.test>');
      await client.command(`RCPT TO:<box@${domain}>`);
      await mail.panel.setPolicy(domain, { unknown: 'reject', text: 'Gone.' });
      await client.command('DATA');
      assert.match(
        await client.command('Subject: open\r\n\r\nHello.\r\n.'),
        /^250 2\.0\.0 Ok: queued as/,
      );
      client.close();
    });
  });
}

describe('the table watched by Postfix', () => {
  it('is empty and of the right type', async () => {
    const folder = temporaryFolder('epoch');
    new Epoch(folder).renew();
    const listed = execFileSync(programPath('postmap'), ['-s', `hash:${epochTable(folder)}`]);
    assert.equal(listed.toString(), '');
    assert.deepEqual(readdirSync(folder), ['epoch.db']);
    removeFolder(folder);
  });
});

describe('Postfix processes without an epoch', () => {
  let mail: Installation;

  before(async () => {
    mail = await startInstallation('sqlite', { rewrite: withoutEpoch });
  });
  after(() => mail.close());

  it('return cached answers for at most 100 connections each', async () => {
    const domain = await mail.domain();
    await mail.panel.setMailEnabled(domain, false);
    const answer = async (): Promise<string> => (await askMany(mail, `box@${domain}`, 1)).join();
    assert.equal(await answer(), denied);
    await mail.panel.setMailEnabled(domain, true);
    let old = 0;
    while ((await answer()) === denied) {
      old += 1;
    }
    assert.ok(old > 0 && old < 100, `${old} old answers`);
  });
});

const denied = '554 5.7.1 Relay access denied';

async function expectAll(mail: Installation, domain: string, reply: string): Promise<void> {
  const replies = await askMany(mail, `box@${domain}`);
  assert.deepEqual([...new Set(replies)], [reply]);
}

/** As a process that is killed before it renews the epoch. */
async function switchOnAndDie({ app }: Installation, name: string): Promise<void> {
  const { config, db, maps } = app;
  if (config.database.engine === 'sqlite') {
    const files = [config.database.file, mailFileOf(config), epochFolderOf(config)];
    const child = Child.ofScript(killedPanel, [...files, name]);
    await child.ended;
    assert.equal(child.process.signalCode, 'SIGKILL', child.errors);
    return;
  }
  await db.transaction(async (tx) => {
    const { id }: { id: number } = await tx('domains').where({ name }).first('id');
    await tx('domains').where({ id }).update({ mail_enabled: true });
    await maps.note(tx, { ids: [id], rows: [] });
  });
}

const killedPanel = fileURLToPath(new URL('../support/mail/killed-panel.ts', import.meta.url));

function withoutEpoch(files: ConfigurationFiles): ConfigurationFiles {
  const main = files.get('postfix/main.cf') ?? '';
  return new Map([
    ...files,
    ['postfix/main.cf', main.replace(/^smtpd_etrn_restrictions.*\n/m, '')],
  ]);
}

function anyOf<T>(items: readonly T[]): T {
  const item = items[randomInt(items.length)];
  assert.ok(item !== undefined);
  return item;
}
