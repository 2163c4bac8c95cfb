import assert from 'node:assert/strict';
import { TooManyRequestsError } from '../../../plugin/errors.js';
import { passwordMatches } from '../../../plugin/secrets/passwords.js';
import { engines } from '../../support/app.js';
import { viewerOf } from '../../support/fixtures.js';
import { refusedFields } from '../../support/refusals.js';
import { Visitor } from '../../support/visitor.js';
import { Pages, rawKey } from './pages.js';
import { goodPassword } from './scene.js';
import { useOpened } from '../../support/opened.js';

const address = 'anna@xn--bcher-kva.example';
const next = 'another-Gwx71-one';

for (const engine of engines) {
  describe(`a mail user’s own mailbox on ${engine}`, () => {
    const pages = useOpened(() => Pages.open(engine));
    let anna: Visitor;
    before(async () => {
      const { scene } = pages;
      await scene.addMailbox(scene.marie, 'anna@bücher.example', {
        imap: '1',
        quotaMegabytes: '2048',
      });
      anna = await signIn(goodPassword);
    });

    const signIn = async (password: string): Promise<Visitor> => {
      const visitor = new Visitor(pages.web);
      await visitor.get('/sign-in');
      const page = await visitor.post('/sign-in', { login: 'anna@bücher.example', password });
      assert.equal(page.status, 303, 'signed in');
      return visitor;
    };
    const hash = async (): Promise<string> => {
      const row = await pages.scene.mailboxRow(address);
      return String(row?.password_hash);
    };
    const change = async (current: string, password: string) => {
      await anna.get('/mailbox');
      return await anna.post('/mailbox/password', { current, password });
    };

    it('shows the settings for mail programs, as far as they are known', async () => {
      const { text } = await anna.get('/mailbox');
      assert.match(text, /anna@bücher\.example/);
      assert.match(text, /anna@xn--bcher-kva\.example/, 'for programs that take ASCII alone');
      assert.match(text, /Ask your provider for the name/);
      assert.match(text, /IMAP, port 143/);
      assert.match(text, /SMTP, port 587/);
      assert.doesNotMatch(text, /POP3, port/);
      assert.match(text, /Up to 2 GB/);
      assert.doesNotMatch(text, rawKey);

      const { app } = pages.scene;
      await app.features.settings.change(app.operator, {
        'outgoing-control': false,
        'own-addresses': [],
        'mail-hosts': ['mail.provider.example'],
      });
      assert.match((await anna.get('/mailbox')).text, /mail\.provider\.example/);
      await app.features.settings.change(app.operator, {
        'mail-ports': ['imap 1143', 'imaps 993', 'pop3 1110', 'submissions 465'],
      });
      const other = await anna.get('/mailbox');
      assert.match(other.text, /IMAP, port 1143, STARTTLS/);
      assert.match(other.text, /IMAP, port 993, TLS/);
      assert.match(other.text, /SMTP, port 465, TLS/);
      assert.doesNotMatch(other.text, /port (143|587|1110)/);
      await app.features.settings.change(app.operator, {
        'mail-ports': ['imap 143 unencrypted', 'submission 587 unencrypted'],
      });
      const bare = await anna.get('/mailbox');
      assert.match(bare.text, /IMAP, port 143, no encryption/);
      assert.match(bare.text, /SMTP, port 587, no encryption, with user name/);
      assert.doesNotMatch(bare.text, /STARTTLS/);
    });

    it('is the only thing that its user sees', async () => {
      for (const path of ['/domains', '/domains/bücher.example/mailboxes', '/accounts']) {
        assert.equal((await anna.get(path)).status, 404, path);
      }
    });

    it('answers 404 to accounts that are no mail user', async () => {
      assert.equal((await pages.marie.get('/mailbox')).status, 404);
    });

    it('keeps its password when the current one is wrong or the new one too weak', async () => {
      const before = await hash();
      const wrong = await change('not-the-password', next);
      assert.equal(wrong.status, 422);
      assert.match(wrong.text, /id="current-error"/);
      assert.doesNotMatch(wrong.text, new RegExp(next));
      for (const weak of ['short', 'password2024', 'anna.bücher2024', '']) {
        const page = await change(goodPassword, weak);
        assert.equal(page.status, 422);
        assert.match(page.text, /id="password-error"/);
        assert.doesNotMatch(page.text, rawKey);
      }
      assert.equal(await hash(), before);
    });

    it('changes its password at once, and ends the user’s other sessions', async () => {
      const elsewhere = await signIn(goodPassword);
      assert.equal((await elsewhere.get('/mailbox')).status, 200);
      const page = await change(goodPassword, next);
      assert.equal(page.location, '/mailbox');
      assert.match((await anna.get('/mailbox')).text, /Your password has been changed/);
      assert.equal(
        (await elsewhere.get('/mailbox')).location?.split('&')[0],
        '/sign-in?to=%2Fmailbox',
      );
      assert.equal(await passwordMatches(next, await hash()), true);
      const entries = await pages.scene.audited(address);
      assert.deepEqual(entries.at(-1)?.action, 'mailbox.password-changed');
      assert.doesNotMatch(JSON.stringify(entries), /Gwx71|argon2/i);
    });

    it('ends its user’s sessions when somebody else changes the password or suspends it', async () => {
      const { scene } = pages;
      await scene.setMailbox(scene.marie, address, { password: goodPassword, imap: '1' });
      assert.equal((await anna.get('/mailbox')).location?.split('&')[0], '/sign-in?to=%2Fmailbox');

      anna = await signIn(goodPassword);
      const { mailboxes } = scene.app.features;
      const row = await scene.app.db.knex('mailboxes').where({ address }).first();
      await mailboxes.suspend(scene.marie, 'bücher.example', row.id);
      assert.equal((await anna.get('/mailbox')).location?.split('&')[0], '/sign-in?to=%2Fmailbox');
      await mailboxes.resume(scene.marie, 'bücher.example', row.id);
    });

    it('limits attempts to guess the current password', async () => {
      const { app } = pages.scene;
      const account = await app.panel.accountStore.knownByLogin(address);
      const viewer = await viewerOf(app, account?.account.id ?? 0);
      const guess = (current: string) => () =>
        app.features.ownMailbox.changePassword(viewer, { current, password: next }, '');
      for (let guesses = 0; guesses < 10; guesses += 1) {
        assert.deepEqual(await refusedFields(guess('wrong')), {
          current: 'own-mailbox.errors.current',
        });
      }
      await assert.rejects(guess(goodPassword), TooManyRequestsError);
    });
  });
}
