import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { parseMailSettings } from '../../../plugin/features/domain-mail/forms.js';
import type { Viewer } from '../../../plugin/viewing/viewer.js';
import { engines } from '../../support/app.js';
import { type ServerFields, addConfirmedServer } from '../../support/confirmed-server.js';
import { addAccount, addDomain, addPlan, viewerOf } from '../../support/fixtures.js';
import { lookUp } from '../../support/mail-look-up.js';
import { refusedFields } from '../../support/refusals.js';
import { Visitor } from '../../support/visitor.js';
import { languageFor } from '../../../plugin/web/locale.js';
import { useServedApp } from '../../support/served-app.js';

const domain = 'marie.example';
const path = `/domains/${domain}/mail-settings`;

for (const engine of engines) {
  describe(`outgoing mail of a domain on ${engine}`, () => {
    const { app, web } = useServedApp(engine);
    let marie: Viewer;
    let browser: Visitor;

    before(async () => {
      const planId = await addPlan(app);
      const id = await addAccount(app, 'marie', { planId });
      marie = await viewerOf(app, id);
      browser = await Visitor.signedIn(web, app, id);
      await addAccount(app, 'paul', { planId });
      for (const [name, owner] of [
        [domain, 'marie'],
        ['bücher.example', 'marie'],
        ['paul.example', 'paul'],
      ] as const) {
        await addDomain(app, name, owner);
      }
      await set('smtp-allowed-hosts', ['smtp.relay.test']);
    });

    const set = async (key: string, value: boolean | readonly string[]): Promise<void> =>
      app.features.settings.change(app.operator, {
        ...(await app.features.settings.read()),
        [key]: value,
      });

    const choose = async (relay: number | string, name = domain): Promise<void> => {
      const { version, domain: found } = await app.features.domainMail.page(marie, name);
      const body = { version, mailEnabled: '1', policy: 'reject' };
      const { settings } = parseMailSettings(body);
      const relayId = relay === '' ? undefined : Number(relay);
      const wanted = { version, settings: { ...settings, relayId } };
      await app.features.domainMail.change(marie, found.name, wanted);
    };

    const add = async (fields: ServerFields = {}, owned = domain): Promise<number> =>
      await addConfirmedServer(app, owned, fields);

    const setServer = async (id: number, values: object): Promise<void> => {
      await app.db.knex('smtp_servers').where({ id }).update(values);
    };

    it('says that mail is sent directly without confirmed servers, and where to add them', async () => {
      await setServer(await add(), { confirmation: 'sent' });
      await add({}, 'paul.example');
      const { text } = await browser.get(path);
      assert.match(text, /Mail is sent directly: marie has no confirmed SMTP server/);
      assert.match(text, /href="[^"]*\/smtp-servers"/);
      assert.doesNotMatch(text, /name="relay"/);
    });

    it('is sent through the selected server, or directly again, from the next look-up on', async () => {
      const id = await add({ title: 'Post <office>', password: 'secret' });
      const offered = (await browser.get(path)).text;
      assert.match(offered, /placeholder="Directly to the recipients’ mail servers"/);
      assert.equal((await browser.fill(path, { relay: 'post <OFFICE>', apply: '1' })).status, 303);
      assert.match(
        (await browser.get(path)).text,
        new RegExp(`value="Post &lt;office&gt; #${id}"`),
      );
      assert.deepEqual(await lookUp(app, 'postfix_sender_transport', `@${domain}`), [
        'relay-starttls-login:[smtp.relay.test]:587',
      ]);
      assert.deepEqual(await lookUp(app, 'postfix_sender_access', domain), [
        '553 5.7.1 Log in to send as this domain',
      ]);

      await browser.fill(path, { relay: '', apply: '1' });
      for (const view of ['postfix_sender_transport', 'postfix_sender_access'] as const) {
        assert.deepEqual(await lookUp(app, view, `@${domain}`), []);
        assert.deepEqual(await lookUp(app, view, domain), []);
      }
    });

    it('is looked up under a domain’s A-labels, also when the sender has U-labels', async () => {
      const name = 'xn--bcher-kva.example';
      await choose(await add({ security: 'tls', port: 465 }), name);
      assert.deepEqual(await lookUp(app, 'postfix_sender_transport', `@${name}`), [
        'relay-tls-login:[smtp.relay.test]:465',
      ]);
      assert.equal((await lookUp(app, 'postfix_sender_access', name)).length, 1);
      assert.deepEqual(await lookUp(app, 'postfix_canonical', '@bücher.example'), [`@${name}`]);
    });

    it('is recorded in the audit log, without a secret', async () => {
      const id = await add({ title: 'Named', password: 'very secret' });
      await choose(id);
      const entry = await app.db.knex('audit_entries').orderBy('id', 'desc').first();
      assert.deepEqual(JSON.parse(entry.before), { relay: null });
      const { version } = await app.features.domainMail.page(marie, domain);
      assert.deepEqual(JSON.parse(entry.after), { relay: id, version });
      assert.match((await browser.get('/audit')).text, /Outgoing mail route: none → Named/);
    });

    const refusals: readonly [why: string, key: string, fields: ServerFields][] = [
      ['it logs in by XOAUTH2', 'relay-xoauth2', { authentication: 'xoauth2' }],
      ['a certificate cannot be for its IP address', 'relay-by-address', { host: '198.41.0.4' }],
      ['its user has a colon, which ends a user for Postfix', 'relay-user', { user: 'a:b' }],
      [
        'the login would travel without TLS',
        'relay-plain-login',
        { security: 'none', authentication: 'cram-md5' },
      ],
      ['the installation does not use its port', 'relay-port', { port: 5870 }],
      [
        'it is in an internal network',
        'relay-internal',
        { host: '10.0.0.1', security: 'none', authentication: 'none' },
      ],
    ];
    for (const [why, key, fields] of refusals) {
      it(`is not sent through a server if ${why}`, async () => {
        await choose('');
        const id = await add({ title: 'Unusable', ...fields });
        assert.deepEqual(await refusedFields(() => choose(id)), {
          relay: `domain-mail.errors.${key}`,
        });
        const page = await browser.fill(path, { relay: `Unusable #${id}` });
        assert.equal(page.status, 422);
        assert.match(page.text, /id="relay-error"/);
        const [suggestion] = await suggested('unus');
        assert.equal(suggestion?.name, `Unusable #${id}`);
        // Addresses of a name are only checked once it is selected.
        const reason = languageFor('en').t(`domain-mail.errors.${key}`, { port: '5870' });
        assert.equal(suggestion.note === reason, key !== 'relay-internal');
        await setServer(id, { confirmation: 'never' });
      });
    }

    it('may be sent through servers that an administrator has allowed', async () => {
      await set('smtp-allowed-hosts', ['smtp.relay.test', '10.0.0.1']);
      await set('smtp-plain-login', true);
      await choose(await add({ host: '10.0.0.1', security: 'none' }));
      await set('smtp-plain-login', false);
    });

    it('is not sent through an unconfirmed, foreign or unknown server', async () => {
      await choose('');
      const unconfirmed = await add();
      await setServer(unconfirmed, { confirmation: 'sent' });
      const foreign = await add({}, 'paul.example');
      for (const id of [unconfirmed, foreign, 999_999]) {
        assert.deepEqual(await refusedFields(() => choose(id)), {
          relay: 'domain-mail.errors.relay-not-offered',
        });
      }
      const both = await browser.fill(path, {
        relay: 'x',
        policy: 'forward',
        forwardTo: 'nobody@marie.example',
      });
      assert.match(both.text, /id="relay-error"/);
      assert.match(both.text, /id="forwardTo-error"/);
      const { title } = await app.db.knex('smtp_servers').where({ id: foreign }).first();
      for (const text of [
        '0',
        '#1',
        'x',
        `#${foreign}`,
        `${title} #${foreign}`,
        `#${unconfirmed}`,
      ]) {
        const page = await browser.fill(path, { relay: text });
        assert.equal(page.status, 422, text);
        assert.match(page.text, /id="relay-error"/, text);
      }
    });

    const suggested = async (
      text: string,
    ): Promise<readonly { readonly name: string; readonly note: string }[]> => {
      const answer = await browser.get(
        `${path}/relays?${new URLSearchParams({ text }).toString()}`,
      );
      assert.equal(answer.status, 200);
      return JSON.parse(answer.text).found;
    };

    it('is suggested among the confirmed servers of the domain’s owner, of which several have one title', async () => {
      const [first, second] = [await add({ title: 'Twin' }), await add({ title: 'Twin' })];
      await setServer(await add({ title: 'Twin unconfirmed' }), { confirmation: 'sent' });
      await add({ title: 'Twin of Paul' }, 'paul.example');
      assert.deepEqual(await suggested('twin'), [
        { name: `Twin #${first}`, note: 'smtp.relay.test:587' },
        { name: `Twin #${second}`, note: 'smtp.relay.test:587' },
      ]);
      const page = await browser.fill(path, { relay: 'Twin' });
      assert.equal(page.status, 422);
      assert.match(page.text, new RegExp(`Did you mean Twin #${first}, Twin #${second}\\?`));
      assert.equal((await browser.fill(path, { relay: `twin #${second}` })).status, 303);
      const { settings } = await app.features.domainMail.page(marie, domain);
      assert.equal(settings.relayId, second);
      const foreign = await browser.get('/domains/paul.example/mail-settings/relays?text=');
      assert.equal(foreign.status, 404);
      await choose('');
    });

    it('waits while its server is unconfirmed, as the page says, and other settings can be saved', async () => {
      const id = await add({ title: 'Changed' });
      await choose(id);
      await setServer(id, { confirmation: 'never' });
      await app.maps.rebuild();
      assert.deepEqual(await lookUp(app, 'postfix_sender_transport', `@${domain}`), [
        'relay-unconfirmed:[unconfirmed.relais.invalid]',
      ]);
      const { text } = await browser.get(path);
      assert.match(text, new RegExp(`value="Changed #${id}"`));
      assert.match(text, /Mail from this domain waits/);
      const saved = await browser.fill(path, { rejectText: 'Gone.' });
      assert.equal(saved.status, 303);
      const { settings } = await app.features.domainMail.page(marie, domain);
      assert.equal(settings.relayId, id);
    });

    it('waits until a changed server is confirmed again', async () => {
      const id = await add({ password: 'secret' });
      await choose(id);
      await app.features.smtpServerStore.setConfirmation(app.db.knex, id, never);
      await app.maps.rebuild();
      const token = 'token-of-a-link';
      await app.db.knex('smtp_confirmations').insert({
        token_hash: createHash('sha256').update(token).digest('hex'),
        server_id: id,
        expires_at: Date.now() + 60_000,
      });
      await app.features.confirmations.confirm(token, '198.51.100.7');
      assert.deepEqual(await lookUp(app, 'postfix_sender_transport', `@${domain}`), [
        'relay-starttls-login:[smtp.relay.test]:587',
      ]);
    });

    it('is not sent through a server that is removed while it is selected', async () => {
      await choose('');
      const id = await add();
      const outcomes = await Promise.allSettled([
        choose(id),
        app.features.smtpServers.remove(marie, id),
      ]);
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
      const { settings, relay } = await app.features.domainMail.page(marie, domain);
      assert.equal(settings.relayId, relay.current?.id);
    });
  });
}

const never = { state: 'never', at: undefined, outcome: undefined } as const;
