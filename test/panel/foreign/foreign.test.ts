import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { threadId } from 'node:worker_threads';
import { testMail } from '../../../plugin/features/panel-mail/test-mail.js';
import { isOver } from '../../../plugin/jobs/job.js';
import { operator } from '../../../plugin/viewing/operator.js';
import { engines } from '../../support/app.js';
import { addConfirmedServer } from '../../support/confirmed-server.js';
import { addManyServers, startRemoval } from '../../jobs/many-servers.js';
import { lookUp } from '../../support/mail-look-up.js';
import { until } from '../../support/processes.js';
import type { Visitor } from '../../support/visitor.js';
import { greeting } from './hosting-registrations.js';
import { type HostingSite, mount, startHostingSite } from './hosting-site.js';

const settings = '/domains/marie.example/mail-settings';

for (const engine of engines) {
  describe(`under a foreign hosting panel on ${engine}`, () => {
    let site: HostingSite;
    let marie: Visitor;

    before(async () => {
      site = await startHostingSite(engine);
      const { panel } = site;
      await panel.addPerson('root', 'administrator');
      await panel.addPerson('north', 'reseller');
      await panel.addPerson('south', 'reseller');
      await panel.addPerson('marie', 'customer', 'north');
      await panel.addPerson('paul', 'customer');
      await panel.addDomain('marie.example', 'marie');
      await panel.addDomain('paul.example', 'paul');
      marie = await site.visitor('marie');
    });
    after(() => site.stop());

    it('strangers are redirected to the panel’s own login', async () => {
      const stranger = await site.visitor();
      for (const path of ['/', '/domains', settings]) {
        const page = await stranger.get(path);
        assert.equal(page.status, 303, path);
        assert.equal(page.headers.get('location'), '/login', path);
      }
    });

    it('each person sees their own domains only', async () => {
      assert.match((await marie.get('/domains')).text, /marie\.example/);
      assert.doesNotMatch((await marie.get('/domains')).text, /paul\.example/);
      assert.equal((await marie.get('/domains/paul.example/mail-settings')).status, 404);
      assert.match((await (await site.visitor('root')).get('/domains')).text, /paul\.example/);
    });

    it('a domain’s settings can be seen and changed, are recorded, and apply to mail', async () => {
      assert.equal((await marie.get('/domains/marie.example')).location, settings);
      const saved = await marie.fill(settings, {
        policy: 'forward',
        forwardTo: 'info@elsewhere.example',
      });
      assert.equal(saved.location, '/domains');
      assert.match((await marie.get(settings)).text, /info@elsewhere\.example/);
      const found = await lookUp(site.installation, 'postfix_aliases', '@marie.example');
      assert.deepEqual(found, ['info@elsewhere.example']);
      assert.match((await marie.get('/audit')).text, /marie[^]*Mail settings changed/);
    });

    it('a form that another site sent is refused', async () => {
      await marie.get(settings);
      const fields = 'version=1&policy=reject&mailEnabled=1';
      const type = { 'content-type': 'application/x-www-form-urlencoded' };
      assert.equal((await marie.sendRaw(settings, fields, type)).status, 403);
    });

    it('every link stays within the extension and leads to a page', async () => {
      const root = await site.visitor('root');
      const seen = new Set<string>();
      const waiting = ['/'];
      for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
        if (seen.has(path) || path.includes('/export?')) {
          continue;
        }
        seen.add(path);
        const page = await root.get(path);
        assert.ok([200, 303].includes(page.status), `${path}: ${page.status}`);
        waiting.push(...(page.location === undefined ? [] : [page.location]));
        for (const target of targetsIn(page.text)) {
          assert.ok(target.startsWith(`${mount}/`) || target === '', `${path} leads to ${target}`);
          waiting.push(target.slice(mount.length).replace(/#.*/, '') || '/');
        }
      }
      assert.ok(seen.has(settings));
    });

    it('every form has a route', async () => {
      const { routes } = site.extension.routes;
      const taken = routes.map(
        ({ method, path }) =>
          new RegExp(`^${method} ${mount}${path.replaceAll(/:\w+/g, '[^/]+')}$`),
      );
      const root = await site.visitor('root');
      for (const path of ['/domains', settings, '/smtp-servers', '/messages', '/settings']) {
        const { text } = await root.get(path);
        for (const [, method = '', action = ''] of text.matchAll(
          /<form[^>]*method="(\w+)" action="([^"]*)"/g,
        )) {
          const asked = `${method} ${action.replace(/\?.*/, '')}`;
          assert.ok(
            taken.some((each) => each.test(asked)),
            `${path}: ${asked}`,
          );
        }
      }
    });

    it('a customer’s suspension stops mail until it ends', async () => {
      const accepts = () => lookUp(site.installation, 'postfix_mailbox_domains', 'marie.example');
      assert.equal((await accepts()).length, 1);
      await site.panel.lock('marie', true);
      assert.deepEqual(await accepts(), []);
      assert.equal((await marie.get('/domains')).headers.get('location'), '/login');
      await site.panel.lock('marie', false);
      assert.equal((await accepts()).length, 1);
    });

    it('postmaster mail follows the owner’s address', async () => {
      await site.panel.changeAddress('marie', 'new@people.example');
      const readers = await lookUp(
        site.installation,
        'postfix_aliases',
        'postmaster@marie.example',
      );
      assert.deepEqual(readers, ['new@people.example']);
    });

    it('an owner’s address that would loop back to its domain is refused', async () => {
      const added = await marie.fill('/domains/marie.example/aliases/new', {
        address: 'office',
        targets: 'postmaster@paul.example',
      });
      assert.equal(added.status, 303);
      await assert.rejects(site.panel.changeAddress('paul', 'office@marie.example'));
      const readers = await lookUp(site.installation, 'postfix_aliases', 'postmaster@paul.example');
      assert.deepEqual(readers, ['paul@people.example']);
    });

    it('a customer’s SMTP servers move to another reseller', async () => {
      const { installation, extension, panel } = site;
      const by = operator(installation.manifest.permissions);
      await addConfirmedServer({ ...installation, ...extension, operator: by }, 'marie.example', {
        title: 'Smarthost of Marie',
        password: 'a secret',
      });
      const [north, south] = [await site.visitor('north'), await site.visitor('south')];
      assert.deepEqual([await sees(north), await sees(south)], [true, false]);
      await panel.sellTo('marie', 'south');
      assert.deepEqual([await sees(north), await sees(south)], [false, true]);
    });

    it('a job runs in its thread with the panel’s permissions', async () => {
      const { installation, extension } = site;
      const { jobs, jobThread } = extension.features;
      const viewer = await site.panel.viewerOfNick('marie');
      assert.ok(viewer);
      const more = await addManyServers(installation, viewer, 250);
      const id = await startRemoval(extension, viewer, more);
      jobThread.start();
      await until(async () => isOver(await jobs.find(viewer, id)));
      await jobThread.stop();
      const { state, result, failure } = await jobs.find(viewer, id);
      assert.deepEqual([state, result.changed, failure], ['done', 250, undefined]);
    });

    it('mails of the panel go where it says, in the language that it says, or nowhere', async () => {
      const { installation, extension } = site;
      const by = operator(installation.manifest.permissions);
      const { panelMailSettings, outbox } = extension.features;
      const none = { serverId: undefined, name: undefined };
      await panelMailSettings.change(by, {
        way: 'mail-host',
        address: 'panel@people.example',
        ...none,
      });
      for (const nick of ['marie', 'south']) {
        const { accountId = 0 } = (await site.panel.viewerOfNick(nick)) ?? {};
        await installation.changes.make(by, async (changing) => {
          const said = { kind: testMail, fields: { name: 'Root', panel: nick }, path: '/' };
          await installation.panelMail.queue(changing, { ...said, accountId });
        });
      }
      await outbox.drain();
      const { knex } = installation.db;
      const ids = await knex('messages').where({ service: ':panel' }).pluck('id');
      assert.deepEqual(
        await knex('message_recipients').whereIn('message_id', ids).pluck('address'),
        ['marie@people.example'],
      );
      assert.deepEqual(await knex('messages').whereIn('id', ids).pluck('subject'), [
        'Test mail of marie',
      ]);
      assert.equal(await knex('panel_mails').whereNull('message_id').first('id'), undefined);
      await panelMailSettings.change(by, { way: 'none', address: undefined, ...none });
    });

    it('the panel’s own list is exported in a thread', async () => {
      const root = await site.visitor('root');
      const file = await root.get('/people/export?format=csv');
      assert.equal(file.status, 200);
      for (const nick of ['root', 'marie', 'paul']) {
        assert.match(file.text, new RegExp(`^${nick} of the hosting panel\r$`, 'm'));
      }
    });

    it('the panel’s own kind of job runs in a thread', async () => {
      const { jobs, jobThread } = site.extension.features;
      const viewer = await site.panel.viewerOfNick('paul');
      assert.ok(viewer);
      const id = await jobs.start(viewer, greeting, 'Paul', 1);
      jobThread.start();
      await until(async () => isOver(await jobs.find(viewer, id)));
      await jobThread.stop();
      const { state, failure } = await jobs.find(viewer, id);
      assert.deepEqual([state, failure], ['done', undefined]);
      const { subject, after } = await site.installation.db
        .knex('audit_entries')
        .where({ action: 'person.greeted' })
        .first();
      assert.equal(subject, 'Paul');
      assert.notEqual(JSON.parse(after).threadId, threadId);
    });

    it('a removed domain has neither pages nor mail', async () => {
      await site.panel.removeDomain('marie.example');
      assert.equal((await marie.get(settings)).status, 404);
      for (const view of ['postfix_mailbox_domains', 'postfix_aliases'] as const) {
        assert.deepEqual(await lookUp(site.installation, view, 'marie.example'), [], view);
      }
    });
  });
}

describe('the hosting panel of the tests', () => {
  it('imports only the extension’s index', () => {
    for (const file of ['hosting-panel.ts', 'hosting-registrations.ts', 'hosting-site.ts']) {
      const source = readFileSync(new URL(file, import.meta.url), 'utf8');
      const imported = [...source.matchAll(/'([./]+plugin\/[^']*)'/g)].map(([, path]) => path);
      assert.deepEqual(imported, ['../../../plugin/index.js'], file);
    }
  });
});

async function sees(who: Visitor): Promise<boolean> {
  return /Smarthost of Marie/.test((await who.get('/smtp-servers')).text);
}

/** Targets of a page's links, and of its requests. */
function targetsIn(html: string): string[] {
  return [...html.matchAll(/\s(?:href|hx-get)="([^"]*)"/g)]
    .map(([, target = '']) => target.replaceAll('&amp;', '&'))
    .filter((target) => !/^[?#]/.test(target));
}
