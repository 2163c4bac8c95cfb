import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { EmailAddress } from '../../plugin/addresses/index.js';
import { createProgram } from '../../plugin/commands/program.js';
import { removeExpired } from '../../plugin/database/expiry.js';
import { type Feature, type Registration, feature, sealedIn } from '../../plugin/feature.js';
import { features, listsOf, registrations } from '../../plugin/features.js';
import type { MailKind } from '../../plugin/panel-mail/kind.js';
import { reseal, sealedKeyIds } from '../../plugin/secrets/sealed-columns.js';
import { Secrets } from '../../plugin/secrets/secrets.js';
import { type TestApp, type TestWeb, openTestApp, startTestWeb } from '../support/app.js';
import { addAccount } from '../support/fixtures.js';
import { temporaryFolder } from '../support/processes.js';
import { Visitor } from '../support/visitor.js';

const happened: string[] = [];
const secretPlace = { table: 'planted', column: 'secret' } as const;

const plantedMail: MailKind = { key: 'grown', feature: 'planted', fields: [] };

/** A feature as a newcomer would add it. Only the list of features knows it. */
const planted = feature<{ readonly greeting: string }>({
  id: 'planted',
  commands: [
    {
      name: 'greet',
      does: 'greet somebody',
      load: async () => ({
        addTo(command) {
          command
            .argument('<name>')
            .action((name: string) => void happened.push(`greeted ${name}`));
        },
      }),
    },
  ],
  lists: async () => [plantedList],
  audit: { planted: { labels: 'accounts.fields.*', valueLabels: { role: 'accounts.roles.*' } } },
  mails: async () => [plantedMail],
  expires: [{ table: 'planted', column: 'ends_at' }],
  sealed: [secretPlace],
  create: async () => ({ greeting: 'Good morning' }),
  overview: async () => ({
    attention: [
      { key: 'odd', permission: 'audit.view', path: '/planted', rows: (db) => db('planted') },
    ],
  }),
  async addRoutes({ routes }, { greeting }) {
    routes.get('/planted', 'audit.view', (_req, res) => void res.send(greeting));
  },
  panelEvents: async () => async (event) => void happened.push(event.kind),
  async start() {
    happened.push('started');
    return {
      finish: async () => void happened.push('finished'),
      stop: async () => void happened.push('stopped'),
    };
  },
});

const plantedList: Awaited<ReturnType<typeof listsOf>>[number] = {
  key: 'planted',
  columns: [],
  defaultSort: '',
  from: (db) => db('planted'),
  countFrom: (db) => db('planted'),
};

describe('a feature added to the list', () => {
  let app: TestApp;
  let web: TestWeb;
  let root: Visitor;

  before(async () => {
    const folder = temporaryFolder('another-feature');
    await migrated(folder);
    (features as unknown as Feature[]).push(planted);
    (registrations as Registration[]).push(planted);
    app = await openTestApp('sqlite', {}, folder);
    web = await startTestWeb(app);
    root = await Visitor.signedIn(
      web,
      app,
      await addAccount(app, 'root', { role: 'administrator' }),
    );
  });
  after(async () => {
    await web.stop();
    await app.remove();
    (features as unknown as Feature[]).pop();
    (registrations as Registration[]).pop();
  });

  it('serves its pages with its own part', async () => {
    assert.equal((await root.get('/planted')).text, 'Good morning');
    assert.equal((await new Visitor(web).get('/planted')).location, '/sign-in?to=%2Fplanted');
  });

  it('adds to the first page what needs attention', async () => {
    await app.db.knex('planted').insert({ id: 9, ends_at: Date.now() + 1000 });
    assert.match(
      (await root.get('/')).text,
      /href="\/planted">1 planted\.overview\.attention\.odd</,
    );
    await app.db.knex('planted').where({ id: 9 }).delete();
    assert.doesNotMatch((await root.get('/')).text, /href="\/planted"/);
  });

  it('has its lists among all lists', async () => {
    assert.ok((await listsOf(app.registered)).includes(plantedList));
  });

  it('has its commands, listed and runnable', async () => {
    const program = createProgram();
    assert.match(program.helpInformation(), /^ {2}greet +greet somebody$/m);
    await program.parseAsync(['node', 'relais', 'greet', 'Anna']);
    assert.ok(happened.includes('greeted Anna'));
  });

  it('has its kinds of mails, which can be queued within a change', async () => {
    assert.equal(app.panelMail.kinds.get('grown'), plantedMail);
    const address = EmailAddress.parse('guest@elsewhere.test');
    const mail = { kind: plantedMail, fields: {}, path: '/', address, locale: 'en' } as const;
    assert.equal(
      await app.changes.make(app.operator, (changing) => app.panelMail.queue(changing, mail)),
      false,
    );
  });

  it("receives the panel's events about accounts", async () => {
    const id = await addAccount(app, 'marie');
    await app.panel.accounts.setSuspended(app.operator, id, true);
    assert.ok(happened.includes('account-suspension-changed'));
  });

  it('has labels for its audit entries', async () => {
    const after = { name: 'Anna', role: 'customer' };
    await app.changes.make(app.operator, ({ record }) =>
      record({ action: 'planted.grown', subject: 'Anna', after }),
    );
    assert.match((await root.get('/audit')).text, /Name: Anna; Role: Customer/);
  });

  it('has its expired rows deleted and its secrets encrypted with a new key', async () => {
    const [old, fresh] = [randomBytes(32), randomBytes(32)];
    const place = { ...secretPlace, row: 2 };
    await app.db.knex('planted').insert([
      { id: 1, ends_at: Date.now() - 1000 },
      { id: 2, ends_at: Date.now() + 1000, secret: new Secrets([old]).seal('a secret', place) },
    ]);
    await removeExpired(
      app.db,
      app.registered.flatMap(({ expires = [] }) => expires),
    );
    assert.deepEqual(await app.db.knex('planted').pluck('id'), [2]);

    const sealed = sealedIn(app.registered);
    const [before] = await sealedKeyIds(app.db.knex, sealed);
    assert.equal(await reseal(app.db, new Secrets([fresh, old]), sealed), 1);
    assert.notDeepEqual(await sealedKeyIds(app.db.knex, sealed), [before]);
    const [secret] = await app.db.knex('planted').pluck('secret');
    assert.equal(new Secrets([fresh]).open(secret, place), 'a secret');
  });

  it('starts and stops with the panel', async () => {
    const running = await web.extension.start();
    assert.ok(happened.includes('started'));
    await running.finish();
    await running.stop();
    assert.deepEqual(happened.slice(-2), ['finished', 'stopped']);
  });
});

/** The feature's migration. */
async function migrated(folder: string): Promise<void> {
  const app = await openTestApp('sqlite', {}, folder);
  await app.db.knex.schema.createTable('planted', (table) => {
    table.increments('id');
    table.bigInteger('ends_at').notNullable();
    table.text('secret');
  });
  await app.close();
}
