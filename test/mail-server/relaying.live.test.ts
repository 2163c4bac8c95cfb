import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { oneEngine } from '../support/app.js';
import type { Installation } from '../support/mail/installation.js';
import { sharedInstallation } from '../support/mail/shared-installation.js';
import { SmtpClient } from '../support/mail/smtp-client.js';

const sequences = JSON.parse(
  readFileSync(new URL('../vectors/smtp-eod-sequences.json', import.meta.url), 'utf8'),
) as { readonly inbound: string[]; readonly outbound_extra: string[] };

for (const engine of oneEngine) {
  describe(`unauthorized mail on ${engine}`, () => {
    let mail: Installation;

    before(async () => {
      mail = await sharedInstallation(engine);
    });

    /** Recipients with which spammers try to relay through one of our domains. */
    const ways = (domain: string): string[] => [
      'victim@outside.test',
      `victim%outside.test@${domain}`,
      `"victim%outside.test"@${domain}`,
      `outside.test!victim@${domain}`,
      `"outside.test!victim"@${domain}`,
      `@${domain}:victim@outside.test`,
      `@${domain},@${mail.host.hostName}:victim@outside.test`,
      `"victim@outside.test"@${domain}`,
      `victim@outside.test@${domain}`,
      `victim@${domain}@outside.test`,
      '"victim@outside.test"',
      'victim%outside.test',
      `victim%outside.test@${mail.host.hostName}`,
      `victim@[${mail.outside.address}]`,
      'victim@[127.0.0.1]',
      `victim%outside.test@[${mail.host.address}]`,
      'victim@localhost',
      'fresh-route@relais.invalid',
    ];

    const refusals = async (
      port: number,
      from: string,
      recipients: readonly string[],
    ): Promise<string[]> => {
      const client = await SmtpClient.connect({ host: mail.host.address, port, from });
      try {
        await client.command('MAIL FROM:<stranger@outside.test>');
        const replies: string[] = [];
        for (const recipient of recipients) {
          const reply = await client.command(`RCPT TO:<${recipient}>`);
          replies.push(...(reply.startsWith('5') ? [] : [`${recipient}: ${reply}`]));
        }
        return replies;
      } finally {
        client.close();
      }
    };

    it('is not relayed with any syntax, from any address or with any policy', async () => {
      const { address, port } = mail.other;
      const domains = await Promise.all([
        mail.domain({ unknown: 'reject' }),
        mail.domain({ unknown: 'reject', text: 'Gone.' }),
        mail.domain({ unknown: 'bounce', text: 'Gone.' }),
        mail.domain({ unknown: 'forward', to: 'far@outside.test' }),
        mail.domain({ unknown: 'redirect', ip: address, port }),
      ]);
      const off = await mail.domain();
      await mail.panel.setMailEnabled(off, false);

      for (const domain of [...domains, off]) {
        const recipients = ways(domain);
        for (const from of ['127.0.0.1', '127.200.1.9', mail.host.address]) {
          // A few at a time: after ten errors a client is delayed.
          for (let start = 0; start < recipients.length; start += 6) {
            const some = recipients.slice(start, start + 6);
            assert.deepEqual(await refusals(mail.host.ports.smtp, from, some), [], domain);
          }
        }
      }
    });

    it('is not accepted by the submission service without a login, not even from this machine', async () => {
      const domain = await mail.domain({ unknown: 'forward', to: 'far@outside.test' });
      for (const from of ['127.0.0.1', mail.host.address]) {
        assert.deepEqual(
          await refusals(mail.host.ports.submission, from, [
            `box@${domain}`,
            ...ways(domain).slice(0, 6),
          ]),
          [],
        );
      }
    });

    it('cannot log in on the port for mail from outside', async () => {
      const client = await SmtpClient.connect({
        host: mail.host.address,
        port: mail.host.ports.smtp,
      });
      const domain = await mail.domain();
      assert.match(await client.login(`box@${domain}`, 'wrong'), /^503 5\.5\.1/);
      client.close();
    });

    for (const sequence of [...sequences.inbound, ...sequences.outbound_extra]) {
      it(`is not smuggled in with ${JSON.stringify(sequence)}`, async () => {
        const domain = await mail.domain();
        await mail.panel.createAlias(`both@${domain}`, [`box@${domain}`, 'far@outside.test']);
        const marker = `smuggled-into-${domain}`;
        const client = await SmtpClient.connect({
          host: mail.host.address,
          port: mail.host.ports.smtp,
        });
        await client.command('MAIL FROM:<stranger@outside.test>');
        await client.command(`RCPT TO:<both@${domain}>`);
        await client.command('DATA');
        client.write(
          `Subject: first\r\n\r\n${marker}${sequence}MAIL FROM:<ceo@bank.test>\r\n` +
            `RCPT TO:<both@${domain}>\r\nDATA\r\nSubject: second\r\n\r\n${marker}\r\n`,
        );
        const end = await client.command('.');
        const next = await client.command('NOOP');
        client.close();

        assert.match(end, /^250 2\.0\.0 Ok: queued as /);
        assert.equal(next, '250 2.0.0 Ok');
        await mail.host.settled(/queued as (\w+)/.exec(end)?.[1] ?? '');
        assert.equal((await mail.inbox(`box@${domain}`)).length, 1);
        assert.deepEqual(
          mail.outside.about(marker).map(({ from }) => from),
          ['stranger@outside.test'],
        );
      });
    }
  });
}
