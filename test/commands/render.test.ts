import assert from 'node:assert/strict';
import { chownSync, existsSync, mkdirSync, readlinkSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createProgram } from '../../plugin/commands/program.js';
import { programCommands } from '../../plugin/commands/registration.js';
import { panelSocketOf } from '../../plugin/mail-server/data-files.js';
import type { Registration } from '../../plugin/feature.js';
import { type CliResult, relais } from '../support/cli.js';
import { temporaryFolder } from '../support/processes.js';
import { useTestApp } from '../support/opened.js';

const render = (dataFolder: string, ...ports: readonly string[]): Promise<CliResult> => {
  const target = join(temporaryFolder('render'), 'etc');
  const host = ['--hostname', 'mx.example.com', '--postmaster', 'admin@example.com'];
  return relais(dataFolder, 'render', '--target', target, ...host, ...ports);
};

describe('relais render', () => {
  const app = useTestApp();

  it("stores the ports and the name in the panel's settings, for the pages of mailboxes", async () => {
    const ports = ['--imap-port', '1143', '--submission-port', '2587'];
    const rendered = await render(app.config.dataFolder, ...ports);
    assert.equal(rendered.code, 0, rendered.errors);
    assert.match(rendered.errors, /^Next, on the mail host, as root:\n/);
    assert.deepEqual(await app.features.settings.texts('mail-hosts'), ['mx.example.com']);
    assert.deepEqual(await app.features.settings.mailPorts(), [
      { protocol: 'imap', port: 1143, isUnencrypted: true },
      { protocol: 'pop3', port: 110, isUnencrypted: true },
      { protocol: 'submission', port: 2587, isUnencrypted: true },
    ]);
  });

  it('stores that ports offer STARTTLS only if the host has a certificate', async () => {
    const tls = ['--tls-cert', '/etc/ssl/mx.pem', '--tls-key', '/etc/ssl/mx.key'];
    const rendered = await render(app.config.dataFolder, ...tls, '--imaps-port', '993');
    assert.equal(rendered.code, 0, rendered.errors);
    assert.doesNotMatch(rendered.errors, /unencrypted/);
    assert.deepEqual(await app.features.settings.texts('mail-ports'), [
      'imap 143',
      'imaps 993',
      'pop3 110',
      'submission 587',
    ]);
  });

  it('prints what is left to do: the folder of the mail, starting, and a certificate', async () => {
    const folder = temporaryFolder('steps');
    const steps = async (mail: string): Promise<readonly string[]> => {
      const target = ['--target', join(folder, 'etc'), '--mail', mail];
      const owner = ['--uid', '6000', '--gid', '6001'];
      const { errors } = await render(join(folder, 'data'), ...target, ...owner);
      return errors.split('\n').filter((line) => line.startsWith('  ') || /tls-cert/.test(line));
    };
    const servers = [
      `  postfix -c ${folder}/etc/postfix start`,
      `  dovecot -c ${folder}/etc/dovecot/dovecot.conf`,
      `  postfix -c ${folder}/etc/postfix reload`,
      `  doveadm -c ${folder}/etc/dovecot/dovecot.conf reload`,
      'Without --tls-cert and --tls-key, mail programs send passwords unencrypted, and phones warn or refuse.',
    ];
    const made = `  install -d -m 700 -o 6000 -g 6001 ${folder}/mail`;
    assert.deepEqual(await steps(join(folder, 'mail')), [made, ...servers]);
    assert.deepEqual(await steps(folder), servers);
  });

  it("passes the ports and the name to a panel's own registration", async () => {
    const told: unknown[] = [];
    const ofPanel: Registration = {
      id: 'hosting',
      async hostRendered({ ports, hostName }, { dataFolder }) {
        told.push([ports.imap, dataFolder, hostName]);
      },
    };
    const folder = temporaryFolder('told');
    const options = ['--data', app.config.dataFolder, 'render', '--target', join(folder, 'etc')];
    const host = ['--hostname', 'mx.example.com', '--postmaster', 'admin@example.com'];
    const write = process.stdout.write.bind(process.stdout);
    process.stdout.write = () => true;
    try {
      const program = createProgram([programCommands, ofPanel]);
      await program.parseAsync([...options, ...host, '--imap-port', '3143'], { from: 'user' });
    } finally {
      process.stdout.write = write;
    }
    assert.deepEqual(told, [[3143, app.config.dataFolder, 'mx.example.com']]);
  });

  it("creates no key file, since its key would differ from the panel's", async () => {
    const file = join(app.config.dataFolder, 'relais.key');
    renameSync(file, `${file}.elsewhere`);
    const rendered = await render(app.config.dataFolder, '--imap-port', '2143');
    assert.equal(existsSync(file), false);
    assert.deepEqual((await app.features.settings.mailPorts())[0]?.port, 2143);
    assert.match(rendered.errors, /^Next,/);
    renameSync(`${file}.elsewhere`, file);
  });

  it('creates a data folder that others can traverse but not list, as the panel does', async () => {
    const folder = join(temporaryFolder('first'), 'data');
    await render(folder);
    assert.equal(statSync(folder).mode & 0o777, 0o711);
  });

  it('gives the epoch to the owner of the data folder', async () => {
    const folder = join(temporaryFolder('owned'), 'data');
    mkdirSync(folder, { mode: 0o711 });
    if (process.getuid?.() === 0) {
      chownSync(folder, 1234, 1234);
    }
    await render(folder);
    assert.equal(statSync(join(folder, 'epoch')).uid, statSync(folder).uid);
  });

  it('lets the panel find the socket for its own mails, wherever the queue is', async () => {
    const folder = join(temporaryFolder('linked'), 'data');
    const socket = (): string => readlinkSync(panelSocketOf({ dataFolder: folder }));
    await render(folder);
    assert.equal(socket(), '/var/spool/postfix/public/relais-panel');
    await render(folder, '--process-per-connection', '--instance', '/srv/relais');
    assert.equal(socket(), '/srv/relais/queue/public/relais-panel');
  });

  it('names each invalid option, in the language of the terminal', async () => {
    const ports = ['--imap-port', '0', '--imaps-port', '993', '--listen', '127.0.0.1,x'];
    const { code, errors } = await render(app.config.dataFolder, ...ports, '--uid', 'vmail');
    assert.equal(code, 1);
    assert.deepEqual(errors.trimEnd().split('\n').toSorted(), [
      '--imap-port: At least 1.',
      '--imaps-port: A port with implicit TLS needs a certificate and its key.',
      '--listen: Enter a full IPv4 or IPv6 address, such as 192.0.2.1 or 2001:db8::1.',
      '--uid: Enter a number.',
    ]);
    const half = await render(app.config.dataFolder, '--tls-cert', '/etc/ssl/mx.pem');
    assert.equal(half.errors, '--tls-key: This field is required.\n');
  });

  it('prints the command that stores the ports, if the panel is on another host', async () => {
    const rendered = await render(temporaryFolder('elsewhere'), '--imap-port', '1143');
    assert.equal(rendered.code, 0);
    assert.match(
      rendered.errors,
      /relais settings set mail-ports 'imap 1143 unencrypted' 'pop3 110 unencrypted' 'submission 587 unencrypted'; add mx\.example\.com to the setting mail-hosts/,
    );
  });
});
