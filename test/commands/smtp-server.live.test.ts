import assert from 'node:assert/strict';
import { readLogo } from '../../plugin/features/smtp-servers/logo.js';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { programFolder } from '../../plugin/runtime/paths.js';
import { addDomain } from '../support/fixtures.js';
import { relais } from '../support/cli.js';
import { type MailSite, openMailSite } from '../features/smtp-servers/mail-site.js';
import { type Typed, png } from '../features/smtp-servers/scene.js';

const cli = join(programFolder, 'dist', 'plugin', 'cli.js');

describe('relais smtp-server', () => {
  let site: MailSite;
  before(async () => {
    site = await openMailSite('sqlite');
  });
  after(() => site.close());

  const run = (...args: readonly string[]) =>
    relais(site.scene.app.config.dataFolder, 'smtp-server', ...args);
  /** A server at the mail server's port, with its login; returns its ID. */
  const add = async (typed: Typed = {}): Promise<number> => {
    const address = 'paul@shop.example';
    return await site.scene.add(site.scene.paul, { ...site.fields, address, ...typed });
  };

  it('adds a server for an account, with its password from standard input only', async () => {
    const args = ['create', '--owner', 'paul', '--title', 'Office', '--host', '127.0.0.1'];
    args.push('--port', String(site.peer.port), '--user', 'user', '--secret-stdin', '--json');
    args.push('--address', 'paul@shop.example', '--services', 'sales');
    const { stdout: out, status } = spawnSync(process.execPath, [cli, 'smtp-server', ...args], {
      input: 'secret\n',
      env: { ...process.env, RELAIS_DATA: site.scene.app.config.dataFolder },
      encoding: 'utf8',
    });
    assert.equal(status, 0);
    const added: Record<string, unknown> = JSON.parse(out);
    assert.equal(added['services'], 'sales');
    assert.equal(added['confirmation'], 'never');
    assert.doesNotMatch(out, /secret"/);
    const { smtpServers, smtpServerStore } = site.scene.app.features;
    const server = await smtpServers.find(site.scene.paul, Number(added['id']));
    assert.deepEqual(await smtpServerStore.secretOf(site.scene.app.db.knex, server.id), {
      password: 'secret',
    });
    assert.match((await run('show', String(server.id))).out, /Host +127\.0\.0\.1/);
    assert.match((await run('list', '--search', 'office')).out, /Office +127\.0\.0\.1/);
  });

  it('changes what the options name, keeps the rest, and names invalid options', async () => {
    const id = await add();
    const file = join(site.scene.app.config.dataFolder, 'logo.png');
    writeFileSync(file, png);
    const changed = await run('set', String(id), '--title', 'Shop', '--logo', file);
    assert.equal(changed.code, 0, changed.errors);
    const server = await site.scene.app.features.smtpServers.find(site.scene.paul, id);
    assert.equal(server.title, 'Shop');
    assert.equal(server.address, 'paul@shop.example');
    assert.deepEqual(await site.scene.app.features.smtpLogos.of(id), await readLogo(png));

    const refused = await run('set', String(id), '--host', 'other.example');
    assert.equal(refused.code, 1);
    assert.match(refused.errors, /--secret-stdin: Type the password or token again/);
    assert.match((await run('set', String(id), '--port', '22')).errors, /--port: /);
    assert.match((await run('set', String(id), '--services', 'x')).errors, /no service x/);
    assert.match((await run('show', '999')).errors, /The SMTP server 999 does not exist/);
  });

  it('lets domains’ mail wait only with the option for it', async () => {
    const id = await add({ host: 'smtp.example' });
    const { app } = site.scene;
    await addDomain(app, 'relayed.example', 'paul');
    await app.db.knex('domains').where({ name: 'relayed.example' }).update({ relay_id: id });
    await app.db.knex('smtp_servers').where({ id }).update({ confirmation: 'confirmed' });
    const refused = await run('set', String(id), '--address', 'other@shop.example');
    assert.equal(refused.code, 1);
    assert.match(
      refused.errors,
      /--let-wait: Mail from relayed\.example is sent through this server/,
    );
    const address = ['--address', 'other@shop.example', '--let-wait'];
    assert.equal((await run('set', String(id), ...address)).code, 0);
    await app.db.knex('domains').update({ relay_id: null });
  });

  it('tests and confirms a server, and exits with 1 on failure', async () => {
    const id = await add();
    const tried = await run('try', String(id), '--json');
    assert.equal(tried.code, 1);
    const { outcome }: { outcome: string } = JSON.parse(tried.out);
    assert.equal(outcome, 'tls-unknown-issuer');
    const confirmed = await run('confirm', String(id));
    assert.equal(confirmed.code, 1);
    assert.match(confirmed.out, /certificate/);
    for (const { out, errors } of [tried, confirmed]) {
      assert.doesNotMatch(out + errors, /\bsecret\b/);
    }
  });

  it('lists what would be lost before it removes a server', async () => {
    const id = await add();
    const asked = await run('remove', String(id));
    assert.equal(asked.code, 1);
    assert.match(asked.errors, /add --yes/);
    assert.equal((await run('remove', String(id), '--yes')).code, 0);
    assert.equal((await run('show', String(id))).code, 1);
  });
});
