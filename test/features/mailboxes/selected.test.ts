import assert from 'node:assert/strict';
import { EmailAddress } from '../../../plugin/addresses/index.js';
import { engines } from '../../support/app.js';
import { Visitor } from '../../support/visitor.js';
import { relais } from '../../support/cli.js';
import { useServedScene } from '../../support/served-app.js';
import { BulkProgram } from '../../previews/bulk-program.js';
import { applyIt, askFor } from '../../previews/pressing.js';
import { Scene } from './scene.js';

const list = '/domains/marie.example/mailboxes';
const all = { matching: '1', query: '' };

const run = ({ app }: Scene, ...args: readonly string[]) =>
  relais(app.config.dataFolder, 'mailbox', ...args);

for (const engine of engines) {
  describe(`actions on selected mailboxes on ${engine}`, () => {
    const { scene, web } = useServedScene(() => Scene.open(engine));
    let visitor: Visitor;

    before(async () => {
      visitor = await Visitor.signedIn(web, scene.app, scene.marie.accountId);
      await scene.app.db.knex('accounts').update({ locale: 'en' });
    });
    beforeEach(async () => {
      const { knex } = scene.app.db;
      await knex('aliases').delete();
      await knex('mailboxes').delete();
      await knex('removals').delete();
      await knex('rate_limits').delete();
      for (const address of ['a@marie.example', 'b@marie.example', 'c@bücher.example']) {
        await scene.addMailbox(scene.marie, address, { imap: '1', pop3: '1' });
      }
      await scene.addMailbox(scene.paul, 'p@paul.example', { imap: '1', pop3: '1' });
    });

    const states = async (column: string): Promise<readonly unknown[]> =>
      await scene.app.db.knex('mailboxes').orderBy('id').pluck(column);

    it('change the quota and the protocols of those of one domain, and leave the rest as it is', async () => {
      await visitor.get(list);
      const form = await visitor.post(`${list}/selected/settings`, all);
      assert.match(form.text, /Leave as it is/);
      const nothing = await visitor.post(`${list}/selected/settings`, { ...all, typed: '1' });
      assert.equal(nothing.status, 422);
      assert.match(nothing.text, /Choose at least one setting to change/);
      const unsized = { ...all, typed: '1', quota: 'size', quotaMegabytes: '' };
      assert.equal((await visitor.post(`${list}/selected/settings`, unsized)).status, 422);
      const asked = await askFor(visitor, `${list}/selected/settings`, {
        ...all,
        typed: '1',
        quota: 'size',
        quotaMegabytes: '700',
        imap: '-',
        pop3: 'off',
      });
      assert.match(asked.text, /Change 2 mailboxes\?[^]*Quota: no limit → 700\.0? ?MB|700/);
      const applied = await applyIt(visitor, asked);
      assert.equal(applied.location?.split('?')[0], list);
      const bytes = 700 * 1024 ** 2;
      assert.deepEqual(await states('quota_bytes'), [bytes, bytes, 0, 0]);
      assert.deepEqual(await states('pop3'), [0, 0, 1, 1]);
      assert.deepEqual(await states('imap'), [1, 1, 1, 1]);
    });

    it('refuse a quota that the plan does not permit', async () => {
      const { knex } = scene.app.db;
      await knex('plans')
        .where({ id: scene.planId })
        .update({ max_quota_bytes: 1024 ** 3 });
      await visitor.get(list);
      const sized = { ...all, typed: '1', quota: 'size', quotaMegabytes: '2048' };
      const { text } = await askFor(visitor, `${list}/selected/settings`, sized);
      assert.match(text, /2 rows cannot change[^]*The plan allows at most 1,024 MB/);
      await knex('plans').where({ id: scene.planId }).update({ max_quota_bytes: null });
    });

    it('suspend, naming the aliases whose senders get an error, and can be undone', async () => {
      await scene.addAlias(
        scene.marie,
        'team@marie.example',
        'a@marie.example',
        'x@elsewhere.example',
      );
      await visitor.get(list);
      const asked = await askFor(visitor, `${list}/selected/suspension`, all);
      assert.match(asked.text, /1 alias forwards to them[^]*team@marie\.example/);
      await applyIt(visitor, asked);
      assert.deepEqual(await states('suspended'), [1, 1, 0, 0]);
      const { group_id: group } = await scene.app.db
        .knex('audit_entries')
        .where({ action: 'mailbox.suspended' })
        .first();
      const act = await scene.app.db.knex('audit_acts').where({ group_id: group }).first('id');
      await visitor.get('/audit');
      const undone = await visitor.post(`/audit/${act.id}/undo`, {});
      const preview = {
        ...(await visitor.get(undone.location ?? '')),
        path: undone.location ?? '',
      };
      await applyIt(visitor, preview);
      assert.deepEqual(await states('suspended'), [0, 0, 0, 0]);
    });

    it('do not suspend a mailbox that a domain forwards to', async () => {
      await scene.app.features.domainMail.change(scene.marie, 'marie.example', {
        settings: { unknown: { policy: 'forward', to: EmailAddress.parse('a@marie.example') } },
      });
      await visitor.get(list);
      const asked = await askFor(visitor, `${list}/selected/suspension`, all);
      assert.match(asked.text, /1 row will change[^]*1 row cannot change/);
      await applyIt(visitor, asked);
      assert.deepEqual(await states('suspended'), [0, 1, 0, 0]);
      await scene.rejectUnknown();
    });

    it('remove, naming the aliases that go with them', async () => {
      await scene.addAlias(scene.marie, 'only@marie.example', 'a@marie.example');
      await scene.addAlias(
        scene.marie,
        'also@marie.example',
        'b@marie.example',
        'x@elsewhere.example',
      );
      await visitor.get(list);
      const asked = await askFor(visitor, `${list}/selected/removal`, all);
      assert.match(asked.text, /Aliases removed with it: only@marie\.example/);
      assert.match(asked.text, /1 alias loses them as targets[^]*also@marie\.example/);
      await applyIt(visitor, asked);
      assert.deepEqual(await states('address'), ['c@xn--bcher-kva.example', 'p@paul.example']);
      const left: string[] = await scene.app.db.knex('aliases').pluck('address');
      assert.deepEqual(left, ['also@marie.example']);
    });

    it('act on no mailbox of another domain or owner, whatever is sent', async () => {
      const ids: number[] = await scene.app.db.knex('mailboxes').orderBy('id').pluck('id');
      await visitor.get(list);
      const asked = await askFor(visitor, `${list}/selected/suspension`, { ids: ids.join('-') });
      await applyIt(visitor, asked);
      // Selected by their IDs, those of Marie's other domain may be among them; Paul's never.
      assert.equal((await states('suspended')).at(-1), 0);
    });

    it('are there for programs, across domains', async () => {
      const program = await BulkProgram.of(scene.app, web, scene.marie, ['mailboxes.manage']);
      const { json } = await program.post({
        action: 'mailboxes.settings',
        where: ['owner=marie', 'status=active'],
        set: { quotaMegabytes: '10' },
        dry_run: true,
      });
      assert.equal(json.status, 422, 'customers pick no accounts');
      const mine = await program.post({
        action: 'mailboxes.settings',
        where: ['status=active'],
        set: { quotaMegabytes: '10' },
        dry_run: true,
      });
      assert.deepEqual(
        mine.json.rows.map(({ name }) => name),
        ['a@marie.example', 'b@marie.example', 'c@bücher.example'],
      );
      const one = await program.post({
        action: 'mailboxes.suspend',
        where: ['domain=bücher.example'],
      });
      assert.equal(one.status, 202);
      await scene.app.features.jobWorker.drain();
      assert.deepEqual(await states('suspended'), [0, 0, 1, 0]);
    });

    if (engine === 'sqlite') {
      it('are there at the command line', async () => {
        const dry = await run(scene, 'set', '--where', 'owner=marie', '--imap', 'off', '--dry-run');
        assert.match(dry.out, /^3 rows will change/);
        assert.deepEqual(await states('imap'), [1, 1, 1, 1]);
        const set = await run(
          scene,
          'set',
          '--where',
          'domain=marie.example',
          '--quota',
          '1GB',
          '--json',
        );
        assert.equal(JSON.parse(set.out).result.changed, 2, set.errors);
        const suspended = await run(scene, 'suspend', '--where', 'owner=paul');
        assert.equal(suspended.code, 0, suspended.errors);
        assert.deepEqual(await states('suspended'), [0, 0, 0, 1]);
        await run(scene, 'resume', '--where', 'status=suspended');
        assert.deepEqual(await states('suspended'), [0, 0, 0, 0]);
        await run(scene, 'remove', '--where', 'owner=marie');
        assert.equal((await states('id')).length, 4);
        const removed = await run(scene, 'remove', '--where', 'owner=marie', '--yes');
        assert.equal(removed.code, 0, removed.errors);
        assert.deepEqual(await states('address'), ['p@paul.example']);
        for (const [args, said] of [
          [['set', '--imap', 'off'], /Name a mailbox/],
          [['set', '--where', 'owner=paul', '--generate'], /password is that of one/],
          [['set', '--where', 'owner=paul', '--name', 'X'], /name is that of one/],
          [['set', '--where', 'owner=paul'], /Nothing to change/],
          [['set', '--where', 'owner=paul', '--quota', 'much'], /--quota/],
          [['suspend', 'p@paul.example', '--dry-run'], /use --where/],
        ] as const) {
          const refused = await run(scene, ...args);
          assert.equal(refused.code, 1);
          assert.match(refused.errors, said);
        }
      });
    }
  });
}
