import assert from 'node:assert/strict';
import type { Viewer } from '../../../plugin/viewing/viewer.js';
import { engines } from '../../support/app.js';
import { relais } from '../../support/cli.js';
import { addAccount, addDomain, addPlan, viewerOf } from '../../support/fixtures.js';
import { useServedAppEach } from '../../support/served-app.js';
import { Visitor } from '../../support/visitor.js';
import { BulkProgram } from '../../previews/bulk-program.js';
import { applyIt, askFor } from '../../previews/pressing.js';

const all = { matching: '1', query: '' };
const customers = { matching: '1', query: 'role=customer' };

const run = (folder: string, ...args: readonly string[]) => relais(folder, 'account', ...args);

for (const engine of engines) {
  describe(`actions on selected accounts on ${engine}`, () => {
    const { app, web } = useServedAppEach(engine);
    let ids: Readonly<Record<'root' | 'acme' | 'nina' | 'paul', number>>;
    let plan: number;
    let root: Viewer;
    let visitor: Visitor;

    beforeEach(async () => {
      plan = await addPlan(app);
      await app.db.knex('plans').where({ id: plan }).update({ name: 'Big', sort_name: 'big' });
      const acme = await addAccount(app, 'acme', { role: 'reseller' });
      ids = {
        root: await addAccount(app, 'root', { role: 'administrator', locale: 'en' }),
        acme,
        nina: await addAccount(app, 'nina', { parentId: acme }),
        paul: await addAccount(app, 'paul'),
      };
      await addDomain(app, 'nina.example', 'nina');
      await addDomain(app, 'paul.example', 'paul');
      root = await viewerOf(app, ids.root);
      visitor = await Visitor.signedIn(web, app, ids.root);
      await visitor.get('/accounts');
    });

    const plans = async (): Promise<Readonly<Record<string, unknown>>> => {
      const rows = await app.db.knex('accounts').select('login', 'plan_id');
      return Object.fromEntries(rows.map((row) => [row.login, row.plan_id]));
    };
    const suspended = async (): Promise<readonly string[]> =>
      await app.db.knex('accounts').where({ suspended: 1 }).orderBy('login').pluck('login');
    const undoLast = async (action: string): Promise<void> => {
      const { group_id: group } = await app.db
        .knex('audit_entries')
        .where({ action })
        .orderBy('id', 'desc')
        .first('group_id');
      const act = await app.db.knex('audit_acts').where({ group_id: group }).first('id');
      await visitor.get('/audit');
      const { location = '' } = await visitor.post(`/audit/${act.id}/undo`, {});
      await applyIt(visitor, { ...(await visitor.get(location)), path: location });
    };

    it('give a plan by its name, not to administrators, and can be undone', async () => {
      const form = await visitor.post('/accounts/selected/plan', customers);
      assert.match(form.text, /Leave empty for no plan/);
      const none = { ...customers, typed: '1', plan: 'No such plan' };
      assert.equal((await visitor.post('/accounts/selected/plan', none)).status, 422);
      const fields = { ...all, typed: '1', plan: 'Big' };
      const asked = await askFor(visitor, '/accounts/selected/plan', fields);
      assert.match(asked.text, /3 rows will change[^]*Plan: none → Big/);
      assert.match(asked.text, /Change your own account in the preferences/);
      await applyIt(visitor, asked);
      const given = { acme: plan, nina: plan, paul: plan, root: null };
      assert.deepEqual(await plans(), given);
      await undoLast('account.changed');
      assert.deepEqual(await plans(), { acme: null, nina: null, paul: null, root: null });
    });

    it('suspend with all that depends on them, never the own account, and can be undone', async () => {
      const asked = await askFor(visitor, '/accounts/selected/suspension', all);
      assert.match(asked.text, /3 accounts, 2 domains, 0 mailboxes: nobody can sign in/);
      assert.match(asked.text, /Change your own account in the preferences/);
      await applyIt(visitor, asked);
      assert.deepEqual(await suspended(), ['acme', 'nina', 'paul']);
      const domains: number[] = await app.db.knex('domains').pluck('suspended');
      assert.deepEqual(domains, [1, 1]);
      await undoLast('account.suspended');
      assert.deepEqual(await suspended(), []);
      assert.deepEqual(await app.db.knex('domains').pluck('suspended'), [0, 0]);
    });

    it('run as jobs, which reach the domains, too', async () => {
      const program = await BulkProgram.of(app, web, root, ['accounts.manage']);
      const { status } = await program.post({
        action: 'accounts.suspend',
        where: ['role=reseller'],
      });
      assert.equal(status, 202);
      await app.features.jobWorker.drain();
      assert.deepEqual(await suspended(), ['acme']);
      const domains = await app.db.knex('domains').orderBy('id').pluck('suspended');
      assert.deepEqual(domains, [1, 0]);
    });

    it('are within a reseller’s customers and limits', async () => {
      const acme = await Visitor.signedIn(web, app, ids.acme);
      await acme.get('/accounts');
      const asked = await askFor(acme, '/accounts/selected/suspension', {
        ids: [ids.paul, ids.nina, ids.acme].join('-'),
      });
      await applyIt(acme, asked);
      assert.deepEqual(await suspended(), ['nina']);
      // It offers more than a reseller without a plan has.
      const beyond = { ...all, typed: '1', plan: 'Big' };
      const refused = await acme.post('/accounts/selected/plan', beyond);
      assert.equal(refused.status, 422);
      assert.equal((await plans())['nina'], null);
    });

    it('undo all that the form of an account has changed', async () => {
      const before = await app.db.knex('accounts').where({ id: ids.paul }).first();
      const { location = '' } = await visitor.fill(`/accounts/${ids.paul}`, {
        name: 'Paul Morel',
        locale: 'fr',
        plan: String(plan),
        limit: 'own',
        limitPerHour: '7',
      });
      const text = await applied(location);
      assert.match(text, /Plan: none → Big/);
      const changed = await app.db.knex('accounts').where({ id: ids.paul }).first();
      assert.deepEqual(
        [changed.name, changed.locale, changed.plan_id, changed.limit_per_hour],
        ['Paul Morel', 'fr', plan, 7],
      );
      await undoLast('account.changed');
      const { version: _, ...after } = await app.db
        .knex('accounts')
        .where({ id: ids.paul })
        .first();
      const { version: __, ...was } = before;
      assert.deepEqual(after, was);
    });

    const applied = async (path: string): Promise<string> => {
      assert.match(path, /^\/previews\/\d+$/);
      const shown = { ...(await visitor.get(path)), path };
      await applyIt(visitor, shown);
      return shown.text;
    };
    const limits = (): Promise<number[]> =>
      app.db.knex('domains').orderBy('name').pluck('limit_per_hour');
    const smaller = async (): Promise<number> => {
      const id = await addPlan(app);
      await app.db.knex('plans').where({ id }).update({
        name: 'Small',
        sort_name: 'small',
        max_domain_per_hour: 50,
        max_domains: 0,
      });
      await app.db.knex('accounts').whereIn('id', [ids.nina, ids.paul]).update({ plan_id: plan });
      await app.db.knex('domains').update({ limit_per_hour: 90 });
      return id;
    };

    it('say what another plan changes, and lower, keep or refuse what is above it', async () => {
      await smaller();
      const fields = { ...customers, typed: '1', plan: 'Small' };
      const form = await visitor.post('/accounts/selected/plan', customers);
      assert.match(form.text, /Lower them to the maximum/);
      const lower = await askFor(visitor, '/accounts/selected/plan', {
        ...fields,
        excess: 'lower',
      });
      for (const said of [
        /2 accounts are affected \(nina, paul\)/,
        /2 domains are affected/,
        /2 accounts \(nina, paul\) have more domains than the maximum, 0/,
        /2 domains have custom limits above 50 messages per hour .*This value is lowered/,
      ]) {
        assert.match(lower.text, said);
      }
      await applyIt(visitor, lower);
      assert.deepEqual(await limits(), [50, 50]);
      await undoLast('account.changed');
      assert.deepEqual(await limits(), [90, 90], 'one change with the plans');
      assert.equal((await plans())['nina'], plan);
      const refuse = await askFor(visitor, '/accounts/selected/plan', {
        ...fields,
        excess: 'refuse',
      });
      assert.match(refuse.text, /One custom value is above the new maximum \(nina\.example\)/);
      assert.doesNotMatch(refuse.text, /\/application"[^]*btn-primary/);
      await applyIt(visitor, await askFor(visitor, '/accounts/selected/plan', fields));
      assert.deepEqual(await limits(), [90, 90]);
    });

    it('ask a program and the command line the same', async () => {
      const id = await smaller();
      const program = await BulkProgram.of(app, web, root, ['accounts.manage']);
      const set = { plan: 'Small', excess: 'refuse' };
      const { json } = await program.post({
        action: 'accounts.plan',
        ids: [ids.nina],
        set,
        dry_run: true,
      });
      assert.equal(json.rows[0]?.reasons[0]?.code, 'plans.errors.own-above');
      const folder = app.config.dataFolder;
      if (engine === 'sqlite') {
        const refused = await run(folder, 'set', 'nina', '--plan', 'Small', '--excess', 'refuse');
        assert.match(refused.errors, /One custom value is above the new maximum/);
        await run(folder, 'set', 'nina', '--plan', 'Small', '--excess', 'lower');
        assert.deepEqual(await limits(), [50, 90]);
        const many = ['set', '--where', 'role=customer', '--plan', 'Small', '--excess', 'lower'];
        assert.equal((await run(folder, ...many)).code, 0);
        assert.deepEqual(await limits(), [50, 50]);
        assert.equal((await plans())['paul'], id);
      }
    });

    it('name the customers of a reseller that gets a smaller plan, and lower what is theirs', async () => {
      await smaller();
      await app.db.knex('accounts').where({ id: ids.acme }).update({ plan_id: plan });
      const fields = { ids: String(ids.acme), typed: '1', plan: 'Small', excess: 'lower' };
      const asked = await askFor(visitor, '/accounts/selected/plan', fields);
      assert.match(asked.text, /One account \(nina\) is affected through its reseller/);
      await applyIt(visitor, asked);
      assert.deepEqual(await limits(), [50, 90]);
      await undoLast('account.changed');
      assert.deepEqual(await limits(), [90, 90]);
    });

    if (engine === 'mariadb') {
      it('are previewed while somebody else changes the accounts', async () => {
        const { previews } = app.features;
        const { table, actions } = await previews.offered.offeredOn({ key: 'accounts' });
        const action = actions.find(({ key }) => key === 'plan');
        assert.ok(action !== undefined);
        const id = await previews.create(
          root,
          { table, action },
          {
            wanted: { plan },
            selection: { kind: 'rows', ids: [ids.nina] },
            list: '/accounts',
          },
        );
        await app.db.knex.transaction(async (tx) => {
          await tx('accounts').whereIn('id', [ids.nina, ids.acme]).forUpdate();
          const { counts } = await previews.whole(root, id);
          assert.equal(counts['will-change'], 1);
        });
      });
    }

    it('save a new password at once, which no preview holds', async () => {
      const id = await smaller();
      const { location = '' } = await visitor.fill(`/accounts/${ids.paul}`, {
        plan: String(id),
        password: 'nine small lamps glowing',
      });
      const { password_hash: hash } = await app.db.knex('accounts').where({ id: ids.paul }).first();
      assert.match(hash, /argon2id/);
      const [{ wanted }] = await app.db.knex('previews').orderBy('id', 'desc').limit(1);
      assert.doesNotMatch(wanted, /lamps/);
      await applied(location);
      assert.equal((await plans())['paul'], id);
    });

    if (engine === 'sqlite') {
      it('are there at the command line', async () => {
        const wanted = ['set', '--where', 'role=customer', '--plan', 'Big'];
        const dry = await run(app.config.dataFolder, ...wanted, '--dry-run');
        assert.match(dry.out, /^2 rows will change/, dry.errors);
        const set = await run(app.config.dataFolder, ...wanted);
        assert.equal(set.code, 0, set.errors);
        assert.deepEqual(await plans(), { acme: null, nina: plan, paul: plan, root: null });
        await run(app.config.dataFolder, 'set', '--where', 'plan=Big', '--plan', 'none');
        assert.equal((await plans())['paul'], null);
        await run(app.config.dataFolder, 'suspend', '--where', 'role=customer');
        assert.deepEqual(await suspended(), ['nina', 'paul']);
        await run(app.config.dataFolder, 'resume', '--where', 'status=suspended');
        assert.deepEqual(await suspended(), []);
        for (const [args, said] of [
          [['suspend'], /Name an account/],
          [['set', '--where', 'role=customer', '--name', 'X'], /only --plan can be changed/],
          [['set', '--where', 'role=customer', '--generate'], /password is that of one/],
        ] as const) {
          const refused = await run(app.config.dataFolder, ...args);
          assert.equal(refused.code, 1);
          assert.match(refused.errors, said);
        }
      });
    }
  });
}
