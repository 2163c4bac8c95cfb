import assert from 'node:assert/strict';
import { oneEngine } from '../support/app.js';
import type { Installation } from '../support/mail/installation.js';
import { sharedInstallation } from '../support/mail/shared-installation.js';
import type { Policy } from '../support/mail/panel.js';
import { everyPolicy } from '../support/mail/policies.js';

const stranger = 'stranger@outside.test';
const text = 'This person has left. See https://example.com/contact';

for (const engine of oneEngine) {
  describe(`mail from outside on ${engine}`, () => {
    let mail: Installation;
    let policies: ReturnType<typeof everyPolicy>;

    before(async () => {
      mail = await sharedInstallation(engine);
      policies = everyPolicy(mail, { text, to: 'elsewhere@outside.test' });
    });

    for (const name of ['reject', 'rejectText', 'bounce', 'forward', 'redirect'] as const) {
      it(`reaches mailboxes, aliases and tagged addresses of a domain with the policy ${name}`, async () => {
        const domain = await mail.domain(policies[name]);
        for (const recipient of [
          `box@${domain}`,
          `alias@${domain}`,
          `BOX+tag@${domain.toUpperCase()}`,
        ]) {
          const { rcpt, subject } = await mail.receive({ from: stranger, to: recipient });
          assert.deepEqual(rcpt, ['250 2.1.5 Ok'], recipient);
          assert.equal(await mail.copies(`box@${domain}`, subject), 1, recipient);
        }
      });

      it(`reaches the owner as postmaster of a domain with the policy ${name}`, async () => {
        const domain = await mail.domain(policies[name], 'boss@outside.test');
        for (const recipient of [`postmaster@${domain}`, `Postmaster@${domain}`]) {
          const { rcpt, subject } = await mail.receive({ from: stranger, to: recipient });
          assert.deepEqual(rcpt, ['250 2.1.5 Ok']);
          assert.deepEqual(
            mail.outside.about(subject).map(({ to }) => to),
            [['boss@outside.test']],
          );
        }
      });

      it(`is refused for a suspended mailbox of a domain with the policy ${name}`, async () => {
        const domain = await mail.domain(policies[name]);
        await mail.panel.setMailbox(`box@${domain}`, { suspended: true });
        const { rcpt } = await mail.receive({
          from: stranger,
          to: [`box@${domain}`, `box+tag@${domain}`],
        });
        assert.deepEqual(rcpt, [
          `550 5.2.1 <box@${domain}>: Recipient address rejected: Mailbox disabled`,
          `550 5.2.1 <box+tag@${domain}>: Recipient address rejected: Mailbox disabled`,
        ]);
      });

      it(`is refused for an alias to a suspended mailbox of another domain with the policy ${name}`, async () => {
        const [domain, other] = [await mail.domain(policies[name]), await mail.domain()];
        await mail.panel.createAlias(`away@${domain}`, [`alias@${other}`]);
        const tryAlias = async (): Promise<string | undefined> =>
          (await mail.receive({ from: stranger, to: `away@${domain}` })).rcpt[0];
        await mail.panel.setMailbox(`box@${other}`, { suspended: true });
        assert.equal(
          await tryAlias(),
          `550 5.2.1 <away@${domain}>: Recipient address rejected: Mailbox disabled`,
        );
        await mail.panel.setMailEnabled(other, false);
        assert.equal(await tryAlias(), '250 2.1.5 Ok');
        await mail.panel.setMailEnabled(other, true);
        await mail.panel.setMailbox(`box@${other}`, { suspended: false });
        assert.equal(await tryAlias(), '250 2.1.5 Ok');
      });
    }

    it('is refused for unknown recipients', async () => {
      const domain = await mail.domain(policies.reject);
      const { rcpt } = await mail.receive({
        from: stranger,
        to: [`nobody@${domain}`, `"o'neil"@${domain}`],
      });
      assert.deepEqual(rcpt, [
        `550 5.1.1 <nobody@${domain}>: Recipient address rejected: User unknown in virtual mailbox table`,
        `550 5.1.1 <o'neil@${domain}>: Recipient address rejected: User unknown in virtual mailbox table`,
      ]);
    });

    it('is refused for unknown recipients with the domain’s text', async () => {
      const domain = await mail.domain(policies.rejectText);
      const { rcpt } = await mail.receive({ from: stranger, to: `nobody@${domain}` });
      assert.deepEqual(rcpt, [`550 5.1.1 <nobody@${domain}>: Recipient address rejected: ${text}`]);
    });

    it('is accepted for unknown recipients and returned with the domain’s text', async () => {
      const domain = await mail.domain(policies.bounce);
      const { rcpt, subject } = await mail.receive({ from: stranger, to: `nobody@${domain}` });
      assert.deepEqual(rcpt, ['250 2.1.5 Ok']);
      const [notice, ...more] = mail.outside.about(subject);
      assert.deepEqual(more, []);
      assert.deepEqual([notice?.from, notice?.to], ['', [stranger]]);
      assert.match(notice?.text ?? '', /Status: 5\.1\.1/);
      assert.ok(notice?.text.replaceAll(/\s+/g, ' ').includes(text));
    });

    it('is forwarded to the domain’s catch-all for unknown recipients', async () => {
      const domain = await mail.domain();
      await mail.panel.createMailbox(`all@${domain}`);
      await mail.panel.setPolicy(domain, { unknown: 'forward', to: `all@${domain}` });
      for (const recipient of [`nobody@${domain}`, `nobody+tag@${domain}`]) {
        const { subject } = await mail.receive({ from: stranger, to: recipient });
        assert.equal(await mail.copies(`all@${domain}`, subject), 1, recipient);
      }

      const known = await mail.receive({ from: stranger, to: `box@${domain}` });
      assert.equal(await mail.copies(`all@${domain}`, known.subject), 0);
    });

    it('is forwarded to an external catch-all with the original sender', async () => {
      const domain = await mail.domain(policies.forward);
      const { subject } = await mail.receive({ from: stranger, to: `nobody@${domain}` });
      const [relayed] = mail.outside.about(subject);
      assert.deepEqual([relayed?.from, relayed?.to], [stranger, ['elsewhere@outside.test']]);
    });

    it('is delivered to the other server for unknown recipients of a redirected domain', async () => {
      const domain = await mail.domain(policies.redirect);
      const { rcpt, subject } = await mail.receive({ from: stranger, to: `nobody@${domain}` });
      assert.deepEqual(rcpt, ['250 2.1.5 Ok']);
      assert.deepEqual(
        mail.other.about(subject).map(({ from, to }) => [from, to]),
        [[stranger, [`nobody@${domain}`]]],
      );
    });

    it('is refused at once when the other server refuses the recipient', async () => {
      const domain = await mail.domain(policies.redirect);
      mail.other.unknown.add(`nobody@${domain}`);
      const { rcpt } = await mail.receive({ from: stranger, to: `nobody@${domain}` });
      assert.equal(
        rcpt[0],
        `550 5.1.1 <nobody@${domain}>: Recipient address rejected: undeliverable address: no such user`,
      );
    });

    it('is refused by the other server with a reply that hides its address', async () => {
      const domain = await mail.domain(policies.redirect);
      const said = {
        'no such user [mail.inner.test]': 'no such user',
        [`${mail.other.address} does not know this user`]:
          'The other mail server does not take mail for this recipient',
        'Utilisateur supprimé': 'The other mail server does not take mail for this recipient',
        [`gone ${'x'.repeat(400)}`]: `gone ${'x'.repeat(185)}`,
      };
      for (const [index, [words, told]] of Object.entries(said).entries()) {
        const recipient = `gone${index}@${domain}`;
        mail.other.refusals.set(recipient, `550 5.1.1 ${words}`);
        const [reply = ''] = (await mail.receive({ from: stranger, to: recipient })).rcpt;
        assert.equal(
          reply,
          `550 5.1.1 <${recipient}>: Recipient address rejected: undeliverable address: ${told}`,
        );
      }
    });

    it('waits with a reply that hides the address of an unreachable other server', async () => {
      const domain = await mail.domain({ ...policies.redirect, port: 26 } as Policy);
      const [reply = ''] = (await mail.receive({ from: stranger, to: `nobody@${domain}` })).rcpt;
      assert.match(reply, /^450 4\.\d\.\d .* The other mail server cannot be reached for now$/);
    });

    it('is answered in lines of at most 512 octets, however long the text and the recipient are', async () => {
      const domain = await mail.domain({ unknown: 'reject', text: 'é'.repeat(214) });
      const longest = `${'n'.repeat(254 - 1 - domain.length)}@${domain}`;
      const [reply = ''] = (await mail.receive({ from: stranger, to: longest })).rcpt;
      assert.equal(reply, `550 5.1.1 <${longest}>: Recipient address rejected: ${'e'.repeat(214)}`);
      assert.equal(Buffer.byteLength(`${reply}\r\n`), 512);
      for (const path of [`n${longest}`, `${'ü'.repeat(1000)}@${domain}`, 'n'.repeat(1500)]) {
        const { rcpt } = await mail.receive({ from: stranger, to: path });
        assert.deepEqual(rcpt, ['501 5.5.4 Syntax: RCPT TO:<address>']);
      }
    });

    it('is returned from the other server without its address', async () => {
      const domain = await mail.domain(policies.redirect);
      mail.other.unknown.add(`nobody@${domain}`);
      await mail.panel.createAlias(`there@${domain}`, [`nobody@${domain}`]);
      const { subject } = await mail.receive({ from: stranger, to: `there@${domain}` });
      const [notice] = mail.outside.about(subject);
      assert.match(notice?.text ?? '', /^Diagnostic-Code: smtp; 550 5\.1\.1 no such user\r$/m);
      assert.ok(notice?.text.includes(mail.other.address) === false);
    });

    it('reaches an alias of a redirected domain that forwards to the other server', async () => {
      const domain = await mail.domain(policies.redirect);
      await mail.panel.createAlias(`there@${domain}`, [`nobody@${domain}`]);
      const { subject } = await mail.receive({ from: stranger, to: `there@${domain}` });
      assert.deepEqual(
        mail.other.about(subject).map(({ to }) => to),
        [[`nobody@${domain}`]],
      );
    });

    it('reaches all targets of an alias', async () => {
      const domain = await mail.domain();
      await mail.panel.createMailbox(`two@${domain}`);
      await mail.panel.createAlias(`team@${domain}`, [
        `box@${domain}`,
        `two@${domain}`,
        'far@outside.test',
      ]);
      const { subject } = await mail.receive({ from: stranger, to: `team@${domain}` });
      assert.equal(await mail.copies(`box@${domain}`, subject), 1);
      assert.equal(await mail.copies(`two@${domain}`, subject), 1);
      assert.deepEqual(
        mail.outside.about(subject).map(({ to }) => to),
        [['far@outside.test']],
      );
    });

    it('reaches a mailbox or an alias named postmaster before the owner', async () => {
      const domain = await mail.domain();
      await mail.panel.createMailbox(`postmaster@${domain}`);
      const first = await mail.receive({ from: stranger, to: `postmaster@${domain}` });
      assert.equal(await mail.copies(`postmaster@${domain}`, first.subject), 1);

      await mail.panel.removeMailbox(`postmaster@${domain}`);
      await mail.panel.createAlias(`postmaster@${domain}`, [`box@${domain}`]);
      const second = await mail.receive({ from: stranger, to: `postmaster@${domain}` });
      assert.equal(await mail.copies(`box@${domain}`, second.subject), 1);
      assert.deepEqual(mail.outside.about(second.subject), []);
    });

    it('reaches the owner while the mailbox named postmaster is suspended', async () => {
      const domain = await mail.domain(policies.redirect, 'boss@outside.test');
      await mail.panel.createMailbox(`postmaster@${domain}`, { suspended: true });
      const { subject } = await mail.receive({ from: stranger, to: `postmaster@${domain}` });
      assert.deepEqual(
        mail.outside.about(subject).map(({ to }) => to),
        [['boss@outside.test']],
      );
    });

    it('reaches the host’s postmaster when the owner’s only address is the domain’s postmaster', async () => {
      const domain = await mail.domain(policies.bounce, 'postmaster@d0.test');
      await mail.panel.createDomain('d0.test', 'postmaster@d0.test');
      const { subject } = await mail.receive({
        from: stranger,
        to: [`postmaster@${domain}`, 'postmaster@d0.test'],
      });
      assert.deepEqual(
        mail.outside.about(subject).map(({ to }) => to),
        [['postmaster@outside.test']],
      );
    });

    it('reaches the host’s postmaster with or without the host’s name', async () => {
      for (const recipient of ['postmaster', `postmaster@${mail.host.hostName}`]) {
        const { subject } = await mail.receive({ from: stranger, to: recipient });
        assert.deepEqual(
          mail.outside.about(subject).map(({ to }) => to),
          [['postmaster@outside.test']],
        );
      }
    });

    it('is refused as relaying for foreign and suspended domains, and when the mail service is off', async () => {
      const off = await mail.domain(policies.forward);
      const suspended = await mail.domain(policies.redirect);
      await mail.panel.setMailEnabled(off, false);
      await mail.panel.setDomainSuspended(suspended, true);
      for (const recipient of [`box@${off}`, `postmaster@${suspended}`, 'somebody@outside.test']) {
        const { rcpt } = await mail.receive({ from: stranger, to: recipient });
        assert.deepEqual(rcpt, [`554 5.7.1 <${recipient}>: Relay access denied`]);
      }
    });
  });
}
