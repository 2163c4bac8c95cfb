import assert from 'node:assert/strict';
import { DomainName } from '../../plugin/addresses/index.js';
import { newAliasForm, newMailboxForm } from '../../plugin/features/mailboxes/forms.js';
import { loadManifest } from '../../plugin/manifest.js';
import { permissionText } from '../../plugin/viewing/permissions.js';
import type { Viewer } from '../../plugin/viewing/viewer.js';
import { parseForm } from '../../plugin/web/forms.js';
import { languageFor } from '../../plugin/web/locale.js';
import { addConfirmedServer } from '../support/confirmed-server.js';
import { addAccount, addDomain, addPlan, viewerOf } from '../support/fixtures.js';
import { useServedApp } from '../support/served-app.js';
import { Visitor } from '../support/visitor.js';
import { BulkProgram } from '../previews/bulk-program.js';

/** A page that shows what is withheld, with its reason and who can change that; `{domain}` and the like are filled in. */
interface Shown {
  readonly path: string;
  readonly says: string;
}

const settings = '/domains/{domain}/mail-settings';

/** Each permission that a plan may withhold, with the page where people look for it. */
const withheld: Readonly<Record<string, Shown | 'its page and its place in the menu go'>> = {
  'domain-mail.change': { path: settings, says: 'domain-mail.read-only' },
  'domain-mail.bounce': { path: settings, says: 'domain-mail.not-in-plan' },
  'domain-mail.forward': { path: settings, says: 'domain-mail.not-in-plan' },
  'domain-mail.redirect': { path: settings, says: 'domain-mail.not-in-plan' },
  'domain-mail.forward-outside': { path: settings, says: 'domain-mail.outside-not-in-plan' },
  'domain-mail.relay': { path: settings, says: 'domain-mail.outgoing.not-in-plan' },
  'mailboxes.manage': { path: '/domains/{domain}/mailboxes', says: 'mailboxes.read-only' },
  'aliases.manage': { path: '/domains/{domain}/aliases', says: 'aliases.read-only' },
  'imports.use': 'its page and its place in the menu go',
  'smtp-servers.manage': { path: '/smtp-servers', says: 'smtp-servers.read-only' },
  'messages.send': 'its page and its place in the menu go',
  'api-tokens.manage': 'its page and its place in the menu go',
};

const english = languageFor('en');
const planned = loadManifest().permissions.filter(({ plan }) => plan);
const password = 'nine small lamps glowing';

describe('what a plan does not permit', () => {
  const { app, web } = useServedApp();
  let everything: number;
  let count = 0;

  before(async () => {
    everything = await addPlan(app);
    await addAccount(app, 'root', { role: 'administrator' });
  });

  it('has an entry here for each permission that a plan may withhold', () => {
    assert.deepEqual(Object.keys(withheld).toSorted(), planned.map(({ id }) => id).toSorted());
  });

  interface Made {
    readonly viewer: Viewer;
    readonly values: Readonly<Record<string, string>>;
  }

  /** An account with one of each thing, whose plan includes all but this. */
  const lacking = async (permission: string, role: 'customer' | 'reseller'): Promise<Made> => {
    count += 1;
    const [login, domain] = [`owner${count}`, `owner${count}.example`];
    const planId = await addPlan(app);
    const accountId = await addAccount(app, login, { role, planId: everything, locale: 'en' });
    await addDomain(app, domain, login);
    const { mailboxes, aliases } = app.features;
    const box = { address: 'box', password };
    const team = { address: 'team', targets: `box@${domain}` };
    const name = DomainName.parse(domain);
    const values = {
      domain,
      mailbox: await mailboxes.create(app.operator, domain, parseForm(newMailboxForm(name), box)),
      alias: await aliases.create(app.operator, domain, parseForm(newAliasForm(name), team)),
      server: await addConfirmedServer(app, domain, { title: 'Relay' }),
    };
    const rest = planned.map(({ id }) => id).filter((id) => id !== permission);
    await app.db
      .knex('plans')
      .where({ id: planId })
      .update({ permissions: JSON.stringify(rest) });
    await app.db.knex('accounts').where({ id: accountId }).update({ plan_id: planId });
    return {
      viewer: await viewerOf(app, accountId),
      values: Object.fromEntries(
        Object.entries(values).map(([key, value]) => [key, String(value)]),
      ),
    };
  };

  /** The path of a route with this owner's things. */
  const pathOf = (path: string, { domain = '', mailbox, alias, server }: Made['values']): string =>
    path
      .replace(':domain', domain)
      .replace('mailboxes/:id', `mailboxes/${mailbox}`)
      .replace('aliases/:id', `aliases/${alias}`)
      .replace('smtp-servers/:id', `smtp-servers/${server}`)
      .replace(':id', '1');

  for (const { id } of planned) {
    for (const role of ['customer', 'reseller'] as const) {
      it(`is said and refused everywhere: ${id}, for a ${role}`, async () => {
        const { viewer, values } = await lacking(id, role);
        assert.ok(!viewer.permissions.has(id));
        const visitor = await Visitor.signedIn(web, app, viewer.accountId);

        const first = await visitor.get('/');
        const [, note = ''] = /class="note withheld"([^]*?)<\/ul>/.exec(first.text) ?? [];
        assert.ok(note.includes(english.t(permissionText(id))), `first page: ${note}`);
        assert.ok(note.includes('An administrator can change that.'), note);

        await onItsPage(id, visitor, values);
        for (const { by, method, path, access } of web.extension.routes.routes) {
          if (access === id && by === 'session') {
            const at = pathOf(path, values);
            const answer = method === 'get' ? await visitor.get(at) : await visitor.post(at);
            // A page that somebody may not see does not exist.
            assert.equal(answer.status, method === 'get' ? 404 : 403, `${method} ${at}`);
          }
        }
        await toPrograms(id, viewer, values);
      });
    }
  }

  const onItsPage = async (id: string, visitor: Visitor, values: Made['values']): Promise<void> => {
    const place = withheld[id];
    assert.ok(place !== undefined);
    if (typeof place === 'string') {
      return;
    }
    const { text } = await visitor.get(
      place.path.replaceAll(/\{(\w+)\}/g, (_all, key: string) => values[key] ?? ''),
    );
    const notes = [...text.matchAll(/<p class="note">[^]*?<\/p>/g)].map(([note]) => note);
    const note = notes.find((each) => each.includes(english.t(place.says)));
    assert.ok(note !== undefined, `${place.path}: ${notes.join(' ')}`);
    assert.match(note, /#lock"[^]*(An administrator|Your provider) can change that\./);
  };

  /** A program with a token from before. */
  const toPrograms = async (id: string, viewer: Viewer, values: Made['values']): Promise<void> => {
    const before = { ...viewer, permissions: new Set(planned.map((each) => each.id)) };
    const program = await BulkProgram.of(app, web, before, [
      'domain-mail.change',
      'mailboxes.manage',
      'smtp-servers.manage',
      'messages.send',
    ]);
    for (const { table, action } of await app.features.previews.offered.onLists()) {
      if (action.permission === id || id === 'api-tokens.manage') {
        await app.db.knex('rate_limits').delete();
        const row = { mailboxes: values['mailbox'], 'smtp-servers': values['server'] }[table.key];
        const asked = { action: `${table.key}.${action.key}`, ids: [Number(row ?? 1)] };
        const { status } = await program.post(asked);
        assert.ok([403, 404].includes(status), `${asked.action} ${status}`);
      }
    }
  };
});
