import assert from 'node:assert/strict';
import { engines } from '../support/app.js';
import type { Installation } from '../support/mail/installation.js';
import { sharedInstallation } from '../support/mail/shared-installation.js';
import { usualPassword } from '../support/mail/panel.js';

const recipient = 'friend@outside.test';
const authenticated = '235 2.7.0 Authentication successful';
const notAuthenticated = /^535 5\.7\.8 Error: authentication failed/;

function as(user: string, password = usualPassword): { user: string; password: string } {
  return { user, password };
}

for (const engine of engines) {
  describe(`mail of our users on ${engine}`, () => {
    let mail: Installation;

    before(async () => {
      mail = await sharedInstallation(engine);
    });

    it('may have the user’s own addresses or an empty sender', async () => {
      const domain = await mail.domain();
      for (const from of [`box@${domain}`, `alias@${domain}`, `Box+tag@${domain}`, '']) {
        const sent = await mail.submit({ from, to: recipient, login: as(`box@${domain}`) });
        assert.equal(sent.auth, authenticated);
        assert.deepEqual([sent.mail, sent.rcpt], ['250 2.1.0 Ok', ['250 2.1.5 Ok']], from);
        assert.deepEqual(
          mail.outside.about(sent.subject).map(({ to }) => to),
          [[recipient]],
        );
      }
    });

    it('is refused with a foreign sender', async () => {
      const domain = await mail.domain();
      await mail.panel.createMailbox(`two@${domain}`);
      const other = await mail.domain();
      const user = `box@${domain}`;
      for (const from of [`two@${domain}`, `nobody@${domain}`, `box@${other}`, 'ceo@bank.test']) {
        const { rcpt } = await mail.submit({ from, to: recipient, login: as(user) });
        assert.deepEqual(rcpt, [
          `553 5.7.1 <${from}>: Sender address rejected: not owned by user ${user}`,
        ]);
      }
    });

    it('is refused without a login or with a wrong password', async () => {
      const domain = await mail.domain();
      const from = `box@${domain}`;
      const { rcpt } = await mail.submit({ from, to: [recipient, `alias@${domain}`] });
      assert.deepEqual(rcpt, [
        `554 5.7.1 <${recipient}>: Recipient address rejected: Access denied`,
        `554 5.7.1 <alias@${domain}>: Recipient address rejected: Access denied`,
      ]);

      const { auth } = await mail.submit({ from, to: recipient, login: as(from, 'wrong') });
      assert.match(auth ?? '', notAuthenticated);
    });

    it('is handled like mail from outside for domains of this host', async () => {
      const from = `box@${await mail.domain()}`;
      const domain = await mail.domain({ unknown: 'reject', text: 'Gone.' });
      const { rcpt, subject } = await mail.submit({
        from,
        to: [`box@${domain}`, `nobody@${domain}`],
        login: as(from),
      });
      assert.deepEqual(rcpt, [
        '250 2.1.5 Ok',
        `550 5.1.1 <nobody@${domain}>: Recipient address rejected: Gone.`,
      ]);
      assert.equal(await mail.copies(`box@${domain}`, subject), 1);
    });

    it('goes to a domain’s MX when its mail service is off here', async () => {
      const from = `box@${await mail.domain()}`;
      await mail.panel.createDomain('elsewhere.test');
      await mail.panel.createMailbox('box@elsewhere.test');
      await mail.panel.setMailEnabled('elsewhere.test', false);
      const { subject } = await mail.submit({ from, to: 'box@elsewhere.test', login: as(from) });
      assert.deepEqual(
        mail.outside.about(subject).map(({ to }) => to),
        [['box@elsewhere.test']],
      );
    });

    it('is returned when the domain’s mail service is off and its MX is this host', async () => {
      const from = `box@${await mail.domain()}`;
      const { subject } = await mail.submit({ from, to: 'box@here.test', login: as(from) });
      const notice = (await mail.inbox(from)).find((each) => each.includes(subject)) ?? '';
      assert.match(notice, /Status: 5\.4\.6/);
      assert.match(notice.replaceAll(/\s+/g, ' '), /mail for here\.test loops back to myself/);
    });

    it('cannot be sent from a domain that is suspended or whose mail service is off', async () => {
      const off = await mail.domain();
      const suspended = await mail.domain();
      await mail.panel.setMailEnabled(off, false);
      await mail.panel.setDomainSuspended(suspended, true);
      await Promise.all(
        [`box@${off}`, `box@${suspended}`].map(async (user) => {
          const { auth } = await mail.submit({ from: user, to: recipient, login: as(user) });
          assert.match(auth ?? '', notAuthenticated, user);
          assert.match(await mail.login('imap', user), /^NO \[AUTHENTICATIONFAILED\]/);
        }),
      );
    });

    it('cannot be sent or read while the mailbox is suspended', async () => {
      const user = `box@${await mail.domain()}`;
      const sends = async (): Promise<string | undefined> =>
        (await mail.submit({ from: user, to: recipient, login: as(user) })).auth;
      assert.equal(await sends(), authenticated);
      assert.match(await mail.login('imap', user), /^OK /);

      await mail.panel.setMailbox(user, { suspended: true });
      assert.match((await sends()) ?? '', notAuthenticated);
      assert.match(await mail.login('imap', user), /^NO \[AUTHENTICATIONFAILED\]/);

      await mail.panel.setMailbox(user, { suspended: false });
      assert.equal(await sends(), authenticated);
      assert.match(await mail.login('imap', user), /^OK /);
    });

    it('can be read over the mailbox’s protocols only, and sent without any', async () => {
      const domain = await mail.domain();
      const user = `box@${domain}`;
      await mail.panel.setMailbox(user, { imap: false, pop3: true });
      assert.match(await mail.login('imap', user), /^NO \[AUTHENTICATIONFAILED\]/);
      assert.match(await mail.login('pop3', user), /^\+OK/);

      await mail.panel.setMailbox(user, { imap: true, pop3: false });
      assert.match(await mail.login('imap', user), /^OK /);
      assert.match(await mail.login('pop3', user), /^-ERR \[AUTH\]/);

      await mail.panel.setMailbox(user, { imap: false });
      const { subject } = await mail.receive({ from: recipient, to: user });
      const { auth } = await mail.submit({ from: user, to: recipient, login: as(user) });
      assert.equal(auth, authenticated);
      await mail.panel.setMailbox(user, { imap: true });
      assert.equal(await mail.copies(user, subject), 1);
    });

    it('requires the new password from the next login on', async () => {
      const user = `box@${await mail.domain()}`;
      assert.match(await mail.login('imap', user), /^OK /);
      await mail.panel.setMailbox(user, { password: 'another one' });
      assert.match(await mail.login('imap', user), /^NO \[AUTHENTICATIONFAILED\]/);
      assert.match(await mail.login('imap', user, 'another one'), /^OK /);
    });

    it('is refused for a full mailbox, and accepted once the quota grows', async () => {
      const user = `box@${await mail.domain()}`;
      await mail.panel.setMailbox(user, { quotaMegabytes: 1 });
      const body = `${'x'.repeat(70)}\r\n`.repeat(14_000);
      const first = await mail.receive({ from: recipient, to: user, body });
      assert.equal(await mail.copies(user, first.subject), 1);

      const { rcpt } = await mail.receive({ from: recipient, to: user, body });
      assert.deepEqual(rcpt, [`552 5.2.2 <${user}>: Recipient address rejected: Mailbox is full`]);
      await mail.panel.setMailbox(user, { quotaMegabytes: 0 });
      const { subject } = await mail.receive({ from: recipient, to: user, body });
      assert.equal(await mail.copies(user, subject), 1);
    });

    it('is returned when an alias forwards to a full mailbox', async () => {
      const domain = await mail.domain();
      await mail.panel.setMailbox(`box@${domain}`, { quotaMegabytes: 1 });
      const { subject } = await mail.receive({
        from: recipient,
        to: `alias@${domain}`,
        body: `${'x'.repeat(70)}\r\n`.repeat(20_000),
      });
      const [notice] = mail.outside.about(subject);
      assert.match(notice?.text ?? '', /Status: 5\.2\.2/);
    });

    it('of a removed mailbox does not appear in a new one with the same name', async () => {
      const user = `box@${await mail.domain()}`;
      const { subject } = await mail.receive({ from: recipient, to: user });
      assert.equal(await mail.copies(user, subject), 1);
      await mail.panel.removeMailbox(user);
      await mail.panel.createMailbox(user);
      assert.equal(await mail.copies(user, subject), 0);
    });
  });
}
