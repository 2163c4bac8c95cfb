import assert from 'node:assert/strict';
import { parseSettings, settingTexts } from '../../../plugin/features/settings/forms.js';
import { loadManifest } from '../../../plugin/manifest.js';
import { engines } from '../../support/app.js';
import { addAccount } from '../../support/fixtures.js';
import { refusedFields } from '../../support/refusals.js';
import { useServedApp } from '../../support/served-app.js';
import { Visitor } from '../../support/visitor.js';
import { useTestApp } from '../../support/opened.js';

const declared = loadManifest().settings;

describe('the form of the settings', () => {
  it('reads one item per line, in its stored form, without duplicates', () => {
    const body = {
      'outgoing-control': '1',
      'own-addresses': ' 192.0.2.1 \r\n\r\n2001:DB8:0::1\n192.0.2.1',
      'mail-hosts': 'MX.Example.COM',
      'mail-host-name': ' Mail.Example.COM ',
      'smtp-allowed-hosts': 'Relay.Example.COM\n10.0.0.5',
      'smtp-ports': '025\n25',
    };
    assert.deepEqual(parseSettings(declared, body), {
      'outgoing-control': true,
      'own-addresses': ['192.0.2.1', '2001:db8::1'],
      'mail-hosts': ['mx.example.com'],
      'mail-ports': [],
      'mail-host-name': ['mail.example.com'],
      'smtp-allowed-hosts': ['relay.example.com', '10.0.0.5'],
      'smtp-ports': ['25'],
      'smtp-plain-login': false,
      'activity-days': [],
      'removed-days': [],
    });
  });

  it('reads missing fields as off and empty', () => {
    assert.deepEqual(parseSettings(declared, undefined), {
      'outgoing-control': false,
      'own-addresses': [],
      'mail-hosts': [],
      'mail-ports': [],
      'mail-host-name': [],
      'smtp-allowed-hosts': [],
      'smtp-ports': [],
      'smtp-plain-login': false,
      'activity-days': [],
      'removed-days': [],
    });
  });

  it('reports every invalid line', async () => {
    const body = {
      'own-addresses': '192.0.2.1\nx\n\n300.1.1.1',
      'mail-hosts': '-',
      'smtp-ports': '587\n0\n65536\n1e3',
      'smtp-allowed-hosts': '127.1\nlocalhost',
    };
    const errors = await refusedFields(async () => parseSettings(declared, body));
    assert.deepEqual(Object.keys(errors ?? {}), [
      'own-addresses-2',
      'own-addresses-4',
      'mail-hosts-1',
      'smtp-allowed-hosts-1',
      'smtp-allowed-hosts-2',
      'smtp-ports-2',
      'smtp-ports-3',
      'smtp-ports-4',
    ]);
  });

  it('accepts at most one number of days', async () => {
    assert.deepEqual(parseSettings(declared, { 'activity-days': ' 0365 ' })['activity-days'], [
      '365',
    ]);
    for (const typed of ['0', '-1', '1.5', 'x', '36501', '123456']) {
      const read = async () => parseSettings(declared, { 'activity-days': typed });
      assert.deepEqual(Object.keys((await refusedFields(read)) ?? {}), ['activity-days-1'], typed);
    }
  });

  it('accepts at most one mail host name, and no address', async () => {
    const wrong: [typed: string, refused: Record<string, string>][] = [
      ['a.example\nb.example', { 'mail-host-name-2': 'settings.errors.one-only' }],
      ['192.0.2.1', { 'mail-host-name-1': 'errors.address.domain-is-ip' }],
      ['localhost', { 'mail-host-name-1': 'errors.address.domain-single-label' }],
    ];
    for (const [typed, refused] of wrong) {
      const read = async () => parseSettings(declared, { 'mail-host-name': typed });
      assert.deepEqual(await refusedFields(read), refused, typed);
    }
  });

  it('rejects an excessive number of lines', async () => {
    const body = { 'own-addresses': '192.0.2.1\n'.repeat(1000) };
    assert.deepEqual(await refusedFields(async () => parseSettings(declared, body)), {
      'own-addresses-1': 'settings.errors.too-many',
    });
  });

  it('shows the settings as it reads them', () => {
    const values = parseSettings(declared, {
      'outgoing-control': '1',
      'mail-hosts': 'a.example\nb.example',
    });
    assert.deepEqual(parseSettings(declared, settingTexts(values)), values);
  });
});

for (const engine of engines) {
  describe(`settings on ${engine}`, () => {
    const app = useTestApp(engine);

    it('have the manifest’s defaults until they are changed, and are recorded when they are', async () => {
      const { settings } = app.features;
      const presets = Object.fromEntries(declared.map(({ key, default: preset }) => [key, preset]));
      assert.deepEqual(await settings.read(), presets);
      const values = { ...presets, 'mail-hosts': ['mx.example.com'] };
      await settings.change(app.operator, values);
      await settings.change(app.operator, values);
      assert.deepEqual(await settings.texts('mail-hosts'), ['mx.example.com']);
      const entries = await app.db.knex('audit_entries').where({ action: 'settings.changed' });
      assert.deepEqual(
        entries.map(({ subject, before, after }) => [subject, before, after]),
        [['mail-hosts', '{"mail-hosts":[]}', '{"mail-hosts":["mx.example.com"]}']],
      );
    });
  });
}

describe('the page of the settings', () => {
  const served = useServedApp();

  it('is for administrators only', async () => {
    for (const role of ['reseller', 'customer'] as const) {
      const visitor = await Visitor.signedIn(
        served.web,
        served.app,
        await addAccount(served.app, role, { role }),
      );
      assert.equal((await visitor.get('/settings')).status, 404, role);
      assert.equal((await visitor.post('/settings')).status, 403, role);
    }
  });

  it('keeps the input and names the error and line', async () => {
    const id = await addAccount(served.app, 'root', { role: 'administrator' });
    const visitor = await Visitor.signedIn(served.web, served.app, id);
    const wrong = { 'outgoing-control': '1', 'own-addresses': '192.0.2.1\nnonsense' };
    const refused = await visitor.fill('/settings', wrong);
    assert.equal(refused.status, 422);
    assert.match(refused.text, /Line 2: [A-Z][^{$]*<\/span>/);
    assert.match(refused.text, /#own-addresses-2">Own IP addresses: Line 2: [A-Z]/);
    assert.match(refused.text, /192\.0\.2\.1\nnonsense<\/textarea>/);
    assert.deepEqual(await served.app.features.settings.texts('own-addresses'), []);

    const saved = await visitor.fill('/settings', { ...wrong, 'own-addresses': '192.0.2.1' });
    assert.equal(saved.location, '/settings');
    assert.equal(await served.app.features.settings.outgoingControl(), true);
    assert.deepEqual(await served.app.features.settings.texts('own-addresses'), ['192.0.2.1']);
  });

  it('does not overwrite changes made since it was loaded', async () => {
    const [first, second] = await Promise.all(
      ['first', 'second'].map(async (login) => {
        const id = await addAccount(served.app, login, { role: 'administrator' });
        return await Visitor.signedIn(served.web, served.app, id);
      }),
    );
    assert.ok(first !== undefined && second !== undefined);
    const { text } = await first.get('/settings');
    const version = /name="version" value="(\w+)"/.exec(text)?.[1] ?? '';
    assert.equal((await second.fill('/settings', { 'mail-hosts': 'mx.example.com' })).status, 303);

    const late = await first.post('/settings', { version, 'mail-hosts': 'late.example.com' });
    assert.equal(late.status, 409);
    assert.match(late.text, /Somebody else has changed the settings/);
    assert.match(late.text, /late\.example\.com<\/textarea>/);
    assert.deepEqual(await served.app.features.settings.texts('mail-hosts'), ['mx.example.com']);
  });
});
