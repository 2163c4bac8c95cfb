import assert from 'node:assert/strict';
import { ConflictError, NotFoundError } from '../../../plugin/errors.js';
import { mailboxForm } from '../../../plugin/features/mailboxes/forms.js';
import { passwordMatches } from '../../../plugin/secrets/passwords.js';
import { parseForm } from '../../../plugin/web/forms.js';
import { engines } from '../../support/app.js';
import { addAccount, addDomain, viewerOf } from '../../support/fixtures.js';
import { refusedFields } from '../../support/refusals.js';
import { Scene, goodPassword } from './scene.js';
import { useOpened } from '../../support/opened.js';

for (const engine of engines) {
  describe(`mailboxes on ${engine}`, () => {
    const scene = useOpened(() => Scene.open(engine));

    it('are stored in ASCII and lower case, with the address in U-labels beside', async () => {
      const { marie, addMailbox } = scene;
      await addMailbox(marie, 'Anna.Livres@BÜCHER.example', { displayName: ' Anna Élise ' });
      const row = await scene.mailboxRow('anna.livres@xn--bcher-kva.example');
      assert.equal(row?.utf8_address, 'anna.livres@bücher.example');
      assert.equal(row.display_name, 'Anna Élise');
      assert.match(String(row.search_text), /anna\.livres@bucher\.example anna elise/);

      await addMailbox(marie, 'plain@marie.example');
      assert.equal((await scene.mailboxRow('plain@marie.example'))?.utf8_address, null);
    });

    it('store the given password as Dovecot reads it', async () => {
      await scene.addMailbox(scene.marie, 'hashed@marie.example');
      const hash = (await scene.mailboxRow('hashed@marie.example'))?.password_hash;
      assert.match(String(hash), /^\{ARGON2ID\}\$argon2id\$/);
      assert.equal(await passwordMatches(goodPassword, hash), true);
    });

    it('share the addresses of their domain with aliases', async () => {
      const { marie, addMailbox, addAlias } = scene;
      await addMailbox(marie, 'taken@marie.example');
      await addAlias(marie, 'taken-too@marie.example', 'taken@marie.example');
      assert.deepEqual(await refusedFields(() => addMailbox(marie, 'TAKEN@marie.example')), {
        address: 'mailboxes.errors.taken',
      });
      assert.deepEqual(await refusedFields(() => addMailbox(marie, 'taken-too@marie.example')), {
        address: 'aliases.errors.taken',
      });
      assert.deepEqual(
        await refusedFields(() =>
          addAlias(marie, 'taken@marie.example', 'taken-too@marie.example'),
        ),
        { address: 'mailboxes.errors.taken', targets: 'aliases.errors.targets' },
        'every field that is wrong',
      );
    });

    it('get an address once under concurrent requests', async () => {
      const { marie, app, addMailbox, addAlias } = scene;
      await addMailbox(marie, 'somebody@marie.example');
      const results = await Promise.allSettled([
        addMailbox(marie, 'wanted@marie.example'),
        addAlias(marie, 'wanted@marie.example', 'somebody@marie.example'),
        addMailbox(app.operator, 'wanted@marie.example'),
        addAlias(app.operator, 'wanted@marie.example', 'somebody@marie.example'),
      ]);
      assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
      const rows = await Promise.all(
        ['mailboxes', 'aliases'].map((table) =>
          app.db.knex(table).where({ address: 'wanted@marie.example' }),
        ),
      );
      assert.equal(rows.flat().length, 1);
    });

    it('are limited by the plan, but not for administrators', async () => {
      const { app, addMailbox } = scene;
      const [planId] = await app.db.knex('plans').insert({
        name: 'Small',
        permissions: '["mailboxes.manage"]',
        webmails: '[]',
        max_mailboxes: 2,
        max_quota_bytes: 100 * 1024 ** 2,
      });
      const small = await viewerOf(app, await addAccount(app, 'small', { planId: Number(planId) }));
      await addDomain(app, 'small.example', 'small');
      const quota = { quotaMegabytes: '100' };

      const results = await Promise.allSettled(
        ['a', 'b', 'c', 'd'].map((name) => addMailbox(small, `${name}@small.example`, quota)),
      );
      assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 2);
      assert.deepEqual(await refusedFields(() => addMailbox(small, 'e@small.example', quota)), {
        address: 'mailboxes.errors.plan-full',
      });
      const { usage } = await app.features.mailboxes.overview(small, 'small.example');
      assert.deepEqual(usage, { count: 2, most: 2, isFull: true, isFullInAll: false });

      await addMailbox(app.operator, 'f@small.example', { quotaMegabytes: '' });
      const seen = await app.features.mailboxes.overview(app.operator, 'small.example');
      assert.deepEqual(seen.usage, { count: 3, most: 2, isFull: false, isFullInAll: false });
      assert.deepEqual(
        [seen.mostQuotaBytes, seen.planQuota.value],
        [undefined, 100 * 1024 ** 2],
        'an administrator may assign more than the default',
      );
    });

    it('have a quota within the plan, and keep a larger one from before', async () => {
      const { app, setMailbox } = scene;
      const small = await viewerOf(
        app,
        (await app.panel.accountStore.knownByLogin('small'))?.account.id ?? 0,
      );
      const address = 'f@small.example';
      const set = (quotaMegabytes: string) => () => setMailbox(small, address, { quotaMegabytes });
      assert.equal(await refusedFields(set('0')), undefined, 'it had none and keeps it');
      assert.equal(await refusedFields(set('50')), undefined);
      assert.deepEqual(await refusedFields(set('0')), {
        quotaMegabytes: 'mailboxes.errors.quota-unlimited',
      });
      assert.deepEqual(await refusedFields(set('101')), {
        quotaMegabytes: 'mailboxes.errors.quota-above-plan',
      });
    });

    it('are recorded in the audit log with the changed fields, never with a password', async () => {
      const { marie, addMailbox, setMailbox, audited } = scene;
      const address = 'changing@marie.example';
      await addMailbox(marie, address, { displayName: 'Before', imap: '1' });
      await setMailbox(marie, address, {
        displayName: 'After',
        imap: '1',
        password: 'another-Gwx71-one',
      });
      const entries = await audited(address);
      assert.deepEqual(
        entries.map(({ action, before, after }) => [action, before, after]),
        [
          [
            'mailbox.created',
            null,
            '{"displayName":"Before","quotaBytes":0,"imap":true,"pop3":false,"limitPerHour":null}',
          ],
          ['mailbox.changed', '{"displayName":"Before"}', '{"displayName":"After","version":2}'],
          ['mailbox.password-changed', null, '{"version":2}'],
        ],
      );
      assert.doesNotMatch(JSON.stringify(entries), /ARGON2|argon2|Gwx71|tR4v8/);
      const hash = (await scene.mailboxRow(address))?.password_hash;
      assert.equal(await passwordMatches('another-Gwx71-one', hash), true);
    });

    it('keep their password when none is typed', async () => {
      const { marie, addMailbox, setMailbox } = scene;
      await addMailbox(marie, 'keeping@marie.example');
      await setMailbox(marie, 'keeping@marie.example', { password: '', pop3: '1' });
      const row = await scene.mailboxRow('keeping@marie.example');
      assert.equal(await passwordMatches(goodPassword, row?.password_hash), true);
      assert.deepEqual([row?.imap, row?.pop3], [0, 1]);
    });

    it('keep their version when nothing changes', async () => {
      const { marie, addMailbox, setMailbox, audited } = scene;
      const address = 'unchanged@marie.example';
      await addMailbox(marie, address, { displayName: 'Same', imap: '1' });
      await setMailbox(marie, address, { displayName: 'Same', imap: '1' });
      assert.equal((await scene.mailboxRow(address))?.version, 1);
      assert.equal((await audited(address)).length, 1);
      await setMailbox(marie, address, { displayName: 'Same', imap: '1', password: 'Gwx71-again' });
      assert.equal((await scene.mailboxRow(address))?.version, 2);
    });

    it('reject a change of an older version, and show who changed what', async () => {
      const { app, marie, addMailbox, setMailbox } = scene;
      const id = await addMailbox(marie, 'twice@marie.example', { displayName: 'One' });
      const stale = parseForm(mailboxForm, { version: '1', displayName: 'Three' });
      await setMailbox(app.operator, 'twice@marie.example', { displayName: 'Two' });

      await assert.rejects(
        app.features.mailboxes.change(marie, 'marie.example', id, stale),
        ConflictError,
      );
      assert.equal((await scene.mailboxRow('twice@marie.example'))?.display_name, 'Two');
      const [change] = await app.features.mailboxes.meanwhile(marie, 'marie.example', id, 1);
      assert.equal(change?.actor, 'cli');
      assert.deepEqual(change.after, { displayName: 'Two', version: 2 });
    });

    it('are suspended once, and their users’ sessions end', async () => {
      const { app, marie, addMailbox, audited } = scene;
      const address = 'pausing@marie.example';
      const id = await addMailbox(marie, address);
      await app.panel.signIn.withPassword(address, goodPassword, { ip: '198.51.100.1' });
      const account = await app.panel.accountStore.knownByLogin(address);
      await app.db.knex('sessions').insert({
        id_hash: 'x'.repeat(64),
        account_id: account?.account.id,
        content: '{}',
        expires_at: Date.now() + 60_000,
      });

      await app.features.mailboxes.suspend(marie, 'marie.example', id);
      await app.features.mailboxes.suspend(marie, 'marie.example', id);
      assert.equal((await scene.mailboxRow(address))?.suspended, 1);
      assert.deepEqual(
        await app.db.knex('sessions').where({ account_id: account?.account.id }),
        [],
      );
      await assert.rejects(
        app.panel.signIn.withPassword(address, goodPassword, { ip: '198.51.100.1' }),
      );

      await app.features.mailboxes.resume(marie, 'marie.example', id);
      assert.equal((await scene.mailboxRow(address))?.suspended, 0);
      assert.deepEqual(
        (await audited(address)).map(({ action }) => action),
        ['mailbox.created', 'mailbox.suspended', 'mailbox.resumed'],
      );
    });

    it('do not exist outside of the viewer’s scope or under another domain', async () => {
      const { app, marie, paul, addMailbox } = scene;
      const id = await addMailbox(marie, 'private@marie.example');
      const { mailboxes } = app.features;
      const form = parseForm(mailboxForm, { version: '1' });
      for (const [viewer, domain] of [
        [paul, 'marie.example'],
        [paul, 'paul.example'],
        [marie, 'xn--bcher-kva.example'],
        [app.operator, 'paul.example'],
      ] as const) {
        await assert.rejects(mailboxes.page(viewer, domain, id), NotFoundError);
        await assert.rejects(mailboxes.change(viewer, domain, id, form), NotFoundError);
        await assert.rejects(mailboxes.suspend(viewer, domain, id), NotFoundError);
        await assert.rejects(mailboxes.removal(viewer, domain, id), NotFoundError);
        await assert.rejects(mailboxes.remove(viewer, domain, id), NotFoundError);
      }
      assert.deepEqual((await scene.mailboxRow('private@marie.example'))?.version, 1);
    });

    it('reach the mail servers at once', async () => {
      const { app, marie, addMailbox } = scene;
      const pending = async () => (await app.db.knex('mail_map_changes')).length;
      await addMailbox(marie, 'published@marie.example');
      assert.equal(await pending(), 0);
      const known = await app.db
        .knex('dovecot_users')
        .where({ lookup_key: 'published@marie.example' });
      assert.equal(known.length, 1);
    });
  });
}
