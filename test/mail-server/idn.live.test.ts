import assert from 'node:assert/strict';
import { engines } from '../support/app.js';
import type { Installation } from '../support/mail/installation.js';
import { sharedInstallation } from '../support/mail/shared-installation.js';
import { type Policy, usualPassword } from '../support/mail/panel.js';
import { everyPolicy } from '../support/mail/policies.js';

const stranger = 'stranger@outside.test';
const text = 'Plus personne à cette adresse.';

for (const engine of engines) {
  describe(`IDN domains on ${engine}`, () => {
    let mail: Installation;
    let count = 0;

    before(async () => {
      mail = await sharedInstallation(engine);
    });

    /** A new domain in U-labels and in A-labels. */
    const domain = async (
      policy: Policy,
    ): Promise<{ utf8: string; ascii: string; forms: string[] }> => {
      count += 1;
      const utf8 = `münchen${count}.test`;
      const ascii = new URL(`http://${utf8}`).hostname;
      await mail.panel.createDomain(utf8, 'boss@outside.test');
      await mail.panel.createMailbox(`box@${utf8}`);
      await mail.panel.createAlias(`alias@${ascii}`, [`box@${utf8}`]);
      await mail.panel.setPolicy(utf8, policy);
      // MÜNCHEN is no U-label (RFC 5891 §5.4 leaves the mapping to user interfaces), but MüNCHEN is.
      const shouted = utf8.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase());
      return { utf8, ascii, forms: [utf8, ascii, shouted] };
    };

    const policies = () => everyPolicy(mail, { text, to: 'far@outside.test' });

    for (const name of ['reject', 'rejectText', 'bounce', 'forward', 'redirect'] as const) {
      it(`accept mail for mailboxes, aliases and the postmaster in either form with the policy ${name}`, async () => {
        const { ascii, forms } = await domain(policies()[name]);
        for (const form of forms) {
          for (const recipient of [`box@${form}`, `box+tag@${form}`, `alias@${form}`]) {
            const { rcpt, subject } = await mail.receive({ from: stranger, to: recipient });
            assert.deepEqual(rcpt, ['250 2.1.5 Ok'], recipient);
            assert.equal(await mail.copies(`box@${ascii}`, subject), 1, recipient);
          }
          const { subject } = await mail.receive({ from: stranger, to: `postmaster@${form}` });
          assert.deepEqual(
            mail.outside.about(subject).map(({ to }) => to),
            [['boss@outside.test']],
          );
        }
      });

      it(`refuse mail for suspended mailboxes in either form with the policy ${name}`, async () => {
        const { utf8, forms } = await domain(policies()[name]);
        await mail.panel.setMailbox(`box@${utf8}`, { suspended: true });
        for (const form of forms) {
          const { rcpt } = await mail.receive({ from: stranger, to: `box@${form}` });
          assert.match(rcpt[0] ?? '', /^550 5\.2\.1 .*: Mailbox disabled$/);
        }
      });
    }

    it('refuse unknown recipients in either form', async () => {
      const { ascii, forms } = await domain({ unknown: 'reject' });
      for (const form of forms) {
        const { rcpt } = await mail.receive({ from: stranger, to: `nobody@${form}` });
        assert.deepEqual(rcpt, [
          `550 5.1.1 <nobody@${ascii}>: Recipient address rejected: User unknown in virtual mailbox table`,
        ]);
      }
    });

    it('refuse unknown recipients in either form with the text in ASCII', async () => {
      const { ascii, forms } = await domain({ unknown: 'reject', text });
      for (const form of forms) {
        const { rcpt } = await mail.receive({ from: stranger, to: `nobody@${form}` });
        assert.deepEqual(rcpt, [
          `550 5.1.1 <nobody@${ascii}>: Recipient address rejected: Plus personne a cette adresse.`,
        ]);
      }
    });

    it('return mail to unknown recipients in either form', async () => {
      const { forms } = await domain({ unknown: 'bounce', text });
      for (const form of forms) {
        const { subject } = await mail.receive({ from: stranger, to: `nobody@${form}` });
        const [notice] = mail.outside.about(subject);
        assert.deepEqual(notice?.to, [stranger]);
        assert.ok(notice?.text.replaceAll(/\s+/g, ' ').includes(text));
      }
    });

    it('forward mail to unknown recipients in either form', async () => {
      const { forms } = await domain({ unknown: 'forward', to: 'far@outside.test' });
      for (const form of forms) {
        const { subject } = await mail.receive({ from: stranger, to: `nobody@${form}` });
        assert.deepEqual(
          mail.outside.about(subject).map(({ to }) => to),
          [['far@outside.test']],
        );
      }
    });

    it('redirect mail to unknown recipients in either form, unless the other server refuses it', async () => {
      const { ascii, utf8, forms } = await domain(policies().redirect);
      for (const form of forms) {
        const { subject } = await mail.receive({ from: stranger, to: `nobody@${form}` });
        assert.equal(mail.other.about(subject).length, 1, form);
      }
      mail.other.unknown.add(`gone@${ascii}`).add(`gone@${utf8}`);
      for (const form of forms) {
        const { rcpt } = await mail.receive({ from: stranger, to: `gone@${form}` });
        assert.match(rcpt[0] ?? '', /^550 5\.1\.1 .*: undeliverable address: /);
      }
    });

    it('are refused at RCPT in any other form', async () => {
      const { utf8 } = await domain({ unknown: 'bounce', text });
      const forms = [utf8.toUpperCase(), utf8.normalize('NFD'), utf8.replace('.', '\u3002')];
      for (const form of forms) {
        const { rcpt } = await mail.receive({ from: stranger, to: `box@${form}` });
        assert.deepEqual(rcpt, [`554 5.7.1 <box@${form}>: Relay access denied`]);
      }
    });

    it('are not confused with domains that their names fold to', async () => {
      await mail.panel.createDomain('masse.test');
      await mail.panel.createMailbox('box@masse.test');
      await mail.panel.setPolicy('masse.test', { unknown: 'forward', to: 'far@outside.test' });
      for (const recipient of ['box@maße.test', 'nobody@ma\u017f\u017fe.test']) {
        const { rcpt } = await mail.receive({ from: stranger, to: recipient });
        assert.deepEqual(rcpt, ['501 5.5.4 Syntax: RCPT TO:<address>'], recipient);
      }
      const login = { user: 'box@masse.test', password: usualPassword };
      const sent = await mail.submit({ from: 'box@maße.test', to: 'box@masse.test', login });
      assert.equal(sent.mail, '501 5.5.4 Syntax: MAIL FROM:<address>');

      await mail.panel.createDomain('maße.test');
      await mail.panel.createMailbox('box@maße.test');
      for (const form of ['maße.test', 'xn--mae-6ka.test']) {
        const { rcpt, subject } = await mail.receive({ from: stranger, to: `box@${form}` });
        assert.deepEqual(rcpt, ['250 2.1.5 Ok']);
        assert.equal(await mail.copies('box@maße.test', subject), 1);
        assert.equal(await mail.copies('box@masse.test', subject), 0);
      }
    });

    it('are not accepted in either form while their mail service is off', async () => {
      const { utf8, forms } = await domain({ unknown: 'forward', to: 'far@outside.test' });
      await mail.panel.setMailEnabled(utf8, false);
      for (const form of forms) {
        const { rcpt } = await mail.receive({ from: stranger, to: `box@${form}` });
        assert.deepEqual(rcpt, [`554 5.7.1 <box@${form}>: Relay access denied`]);
      }
    });

    it('let their users log in and send in either form', async () => {
      const { utf8, ascii } = await domain({ unknown: 'reject' });
      for (const user of [`box@${utf8}`, `box@${ascii}`]) {
        assert.match(await mail.login('imap', user), /^OK /);
        assert.match(await mail.login('pop3', user), /^\+OK/);
        for (const from of [`box@${utf8}`, `box@${ascii}`, `alias@${utf8}`]) {
          const sent = await mail.submit({
            from,
            to: 'friend@outside.test',
            login: { user, password: usualPassword },
          });
          assert.deepEqual(sent.rcpt, ['250 2.1.5 Ok'], `${from} by ${user}`);
          assert.equal(mail.outside.about(sent.subject).length, 1);
        }
      }
      const foreign = await mail.submit({
        from: `nobody@${utf8}`,
        to: 'friend@outside.test',
        login: { user: `box@${utf8}`, password: usualPassword },
      });
      assert.deepEqual(foreign.rcpt, [
        `553 5.7.1 <nobody@${ascii}>: Sender address rejected: not owned by user box@${ascii}`,
      ]);
    });

    it('pass messages on with SMTPUTF8 to servers that support it', async () => {
      const { utf8 } = await domain({ unknown: 'forward', to: 'far@outside.test' });
      const subject = `Schöne Grüße von ${utf8}`;
      await mail.receive({ from: 'jürgen@köln.test', to: `nobody@${utf8}`, subject });
      const [passedOn] = mail.outside.about(subject);
      assert.deepEqual([passedOn?.from, passedOn?.utf8], ['jürgen@köln.test', true]);
    });

    it('accept messages with non-ASCII senders and headers', async () => {
      const { utf8 } = await domain({ unknown: 'reject' });
      const subject = `Schöne Grüße ${utf8}`;
      const { end } = await mail.receive({ from: 'jürgen@köln.test', to: `box@${utf8}`, subject });
      assert.match(end ?? '', /^250 2\.0\.0 Ok/);
      assert.equal(await mail.copies(`box@${utf8}`, subject), 1);
    });
  });
}
