import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { type Installation, startInstallation } from '../support/mail/installation.js';
import { usualPassword } from '../support/mail/panel.js';
import { SmtpClient } from '../support/mail/smtp-client.js';
import { programPath } from '../support/packages.js';
import { removeFolder, temporaryFolder } from '../support/processes.js';

describe('a mail host with a certificate', () => {
  const folder = temporaryFolder('tls');
  const tls = { certificate: join(folder, 'mx.pem'), key: join(folder, 'mx.key') };
  let mail: Installation;
  let user: string;

  before(async () => {
    makeCertificate(tls);
    mail = await startInstallation('sqlite', { tls });
    user = `box@${await mail.domain()}`;
  });

  after(async () => {
    await mail.close();
    removeFolder(folder);
  });

  it('accepts mail from outside with and without TLS', async () => {
    assert.deepEqual((await mail.receive({ from: 'a@outside.test', to: user })).rcpt, [
      '250 2.1.5 Ok',
    ]);

    const client = await SmtpClient.connect({
      host: mail.host.address,
      port: mail.host.ports.smtp,
    });
    assert.match(await client.startTls(), /^220/);
    await client.command('MAIL FROM:<a@outside.test>');
    assert.equal(await client.command(`RCPT TO:<${user}>`), '250 2.1.5 Ok');
    client.close();
  });

  it('accepts no password for submission before STARTTLS', async () => {
    const client = await SmtpClient.connect({
      host: mail.host.address,
      port: mail.host.ports.submission,
    });
    assert.match(
      await client.login(user, usualPassword),
      /^530 5\.7\.0 Must issue a STARTTLS command first/,
    );
    assert.match(await client.command(`MAIL FROM:<${user}>`), /^530 5\.7\.0/);
    assert.match(await client.startTls(), /^220/);
    assert.match(await client.login(user, usualPassword), /^235 2\.7\.0/);
    client.close();
  });

  it('accepts no password over IMAP and POP3 without TLS', async () => {
    assert.match(await mail.login('imap', user), /^NO \[PRIVACYREQUIRED\]/);
    assert.match(
      await mail.login('pop3', user),
      /^-ERR \[AUTH\] Plaintext authentication disallowed/,
    );
  });

  for (const [name, greeting] of [
    ['submissions', /^220 mx\.relais\.test/],
    ['imaps', /^\* OK /],
    ['pop3s', /^\+OK/],
  ] as const) {
    it(`uses implicit TLS on the port for ${name}`, async () => {
      const socket = connect({
        host: mail.host.address,
        port: mail.host.ports[name] ?? 0,
        rejectUnauthorized: false,
      });
      const [chunk] = (await once(socket, 'data')) as [Buffer];
      socket.destroy();
      assert.match(chunk.toString(), greeting);
    });
  }
});

function makeCertificate({ certificate, key }: { certificate: string; key: string }): void {
  execFileSync(
    programPath('openssl'),
    [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=mx.relais.test',
      '-keyout',
      key,
      '-out',
      certificate,
    ],
    { stdio: 'pipe' },
  );
}
