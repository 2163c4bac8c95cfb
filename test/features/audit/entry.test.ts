import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  type EntryRow,
  actionIn,
  actorIn,
  auditedThings,
  changeIn,
  subjectIn,
} from '../../../plugin/features/audit/entry.js';
import { listsOf, registrations } from '../../../plugin/features.js';
import { registrations as standaloneRegistrations } from '../../../plugin/panel/standalone/registrations.js';
import { programFolder } from '../../../plugin/runtime/paths.js';
import { languageFor } from '../../../plugin/web/locale.js';

const registered = [...registrations, ...standaloneRegistrations];
const things = auditedThings(registered);
const en = languageFor('en');
const fr = languageFor('fr');

const entry = (action: string, before?: object, after?: object): EntryRow => ({
  id: 1,
  at: 0,
  actor: 'root',
  acting_as: null,
  action,
  subject: 'x',
  before: before === undefined ? null : JSON.stringify(before),
  after: after === undefined ? null : JSON.stringify(after),
});

describe('an entry of the audit log', () => {
  const cases: [why: string, row: EntryRow, text: string][] = [
    [
      'a change has both values',
      entry('domain-mail.changed', { policy: 'reject' }, { policy: 'bounce', version: 2 }),
      'Unknown recipients: Refuse → Return to the sender with a message',
    ],
    [
      'a field without a value is none',
      entry('domain-mail.changed', { bounceText: null }, { bounceText: 'Call us.' }),
      'Text of the message: none → Call us.',
    ],
    [
      'what is new has no before',
      entry('domain.created', undefined, { locale: 'fr' }),
      'Language of the domain: French',
    ],
    [
      'a removal has no values after it',
      entry('domain.removed', { mailboxes: 1234 }),
      'Mailboxes: 1,234',
    ],
    ['yes and no', entry('mailbox.changed', { imap: true }, { imap: false }), 'IMAP: yes → no'],
    [
      'bytes',
      entry('plan.changed', { maxQuotaBytes: null }, { maxQuotaBytes: 2 * 1024 ** 3 }),
      'Largest mailbox: No limit → 2 GB',
    ],
    [
      'a quota without a limit',
      entry('mailbox.changed', { quotaBytes: 1024 ** 3 }, { quotaBytes: 0 }),
      'Quota: 1 GB → No limit',
    ],
    [
      'an outcome in words',
      entry('smtp-server.confirmation-failed', undefined, { id: 1234, outcome: 'name-unknown' }),
      'ID: 1234; Reason: No server has this name.',
    ],
    [
      'an outcome of SMTP, too',
      entry('smtp-server.confirmation-failed', undefined, { outcome: 'login-refused' }),
      'Reason: The server refuses this user name and password.',
    ],
    [
      'a port, as it is typed',
      entry('smtp-server.changed', { port: 2525 }, { port: 587 }),
      'Port: 2525 → 587',
    ],
    [
      'keys in a list have their names, as long as there are any',
      {
        ...entry('plan.created', undefined, { webmails: 'roundcube, sogo, constructor' }),
        keyed_webmails_plan: '{"roundcube":"Our mail","sogo":"SOGo"}',
      },
      'Webmails: Our mail, SOGo, constructor',
    ],
    [
      'settings have their labels',
      entry('settings.changed', { 'mail-hosts': [] }, { 'mail-hosts': ['a.example', 'b.example'] }),
      'Mail hosts: none → a.example, b.example',
    ],
    [
      'a field without a label shows its key',
      entry('domain.created', undefined, { odd: 'x' }),
      'odd: x',
    ],
    [
      'several fields',
      entry('account.changed', { name: 'A', role: 'customer' }, { name: 'B', role: 'reseller' }),
      'Name: A → B; Role: Customer → Reseller',
    ],
    [
      'what is empty before and after is left out',
      entry('account.created', undefined, { name: 'A', locale: null, plan: '', domains: [] }),
      'Name: A',
    ],
    [
      'a token has names for its fields',
      entry('api-token.created', undefined, { title: 'Shop', scopes: ['messages.send'] }),
      'Title: Shop; Permissions: Send messages',
    ],
    [
      'a server has its title',
      {
        ...entry('domain-mail.changed', { relay: null }, { relay: 11 }),
        name_before_relay: null,
        name_after_relay: 'Office',
      },
      'Outgoing mail route: none → Office',
    ],
    [
      'a server that is gone has its id',
      { ...entry('domain-mail.changed', { relay: 11 }, { relay: null }), name_before_relay: null },
      'Outgoing mail route: 11 → none',
    ],
    ['no fields', entry('account.removed'), ''],
  ];
  for (const [why, row, text] of cases) {
    it(`renders ${JSON.stringify(text)}: ${why}`, () => {
      assert.equal(changeIn(row, en, things), text);
    });
  }

  it('shows domains in U-labels', () => {
    const row = entry('alias.created', undefined, {
      targets: 'a@xn--bcher-kva.example, b@x.example',
    });
    assert.equal(changeIn(row, en, things), 'Forwards to: a@bücher.example, b@x.example');
    assert.equal(
      subjectIn({ ...row, subject: 'xn--bcher-kva.example' }, en, things),
      'bücher.example',
    );
  });

  it('names settings in the viewer’s language, also where one no longer exists', () => {
    const row = { ...entry('settings.changed'), subject: 'mail-hosts, smtp-ports, gone' };
    assert.equal(subjectIn(row, en, things), 'Mail hosts, Ports of SMTP servers, gone');
    assert.equal(
      subjectIn(row, fr, things),
      'Serveurs de messagerie, Ports des serveurs SMTP, gone',
    );
  });

  it('is in the viewer’s language', () => {
    const row = entry('account.changed', { role: 'customer' }, { role: 'reseller', name: 'A' });
    assert.equal(changeIn(row, fr, things), 'Rôle\u00a0: Client → Revendeur\u00a0; Nom\u00a0: A');
    assert.equal(actionIn(row, fr, things), 'Compte modifié');
  });

  it('names the account that acted as another', () => {
    assert.equal(actorIn({ ...entry('x'), acting_as: 'dupont' }, en), 'root as dupont');
    assert.equal(actorIn(entry('x'), en), 'root');
  });

  it('has a label for every recorded action', async () => {
    const actions = await recordedActions();
    assert.ok(actions.size > 20);
    for (const action of actions) {
      assert.notEqual(actionIn(entry(action), en, things), action);
      assert.notEqual(actionIn(entry(action), fr, things), action);
    }
  });

  it('concerns a kind of thing that a feature registers', async () => {
    const recorded = new Set(
      [...(await recordedActions())].map((action) => action.replace(/\..*/, '')),
    );
    assert.deepEqual(Object.keys(things).toSorted(), [...recorded].toSorted());
  });

  it('has labels for recorded actions only, and a title for each kind of thing', async () => {
    const folder = join(programFolder, 'locales/en');
    const labelled = readdirSync(folder).flatMap((file) => {
      const { entries = {} } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
      return Object.entries<object>(entries).flatMap(([thing, labels]) =>
        Object.keys(labels)
          .filter((label) => !label.startsWith('things_'))
          .map((label) => `${thing}.${label}`),
      );
    });
    const titles = Object.keys(things).map((thing) => `${thing}.title`);
    assert.deepEqual(labelled.toSorted(), [...(await recordedActions()), ...titles].toSorted());
  });
});

async function recordedActions(): Promise<ReadonlySet<string>> {
  const folder = join(programFolder, 'plugin');
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
  const ofActions = [...sources.matchAll(/\baction\b[:=?\s]([^;,}]*)/g)].map(
    ([, code = '']) => code,
  );
  const found = [...ofActions.join('\n').matchAll(/'([a-z-]+\.[a-z-]+)'/g)].map(
    ([, action = '']) => action,
  );
  const lists = new Set((await listsOf(registered)).map(({ key }) => key));
  // Actions on the rows of a list are named after the list, whose entries are about things.
  const isOnRows = (thing: string): boolean => lists.has(thing) && !(thing in things);
  return new Set(found.filter((action) => !isOnRows(action.replace(/\..*/, ''))));
}
