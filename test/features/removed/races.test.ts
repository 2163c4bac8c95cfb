import assert from 'node:assert/strict';
import { DomainName, EmailAddress } from '../../../plugin/addresses/index.js';
import { AppError } from '../../../plugin/errors.js';
import type { Viewer } from '../../../plugin/viewing/viewer.js';
import { engines } from '../../support/app.js';
import { addConfirmedServer } from '../../support/confirmed-server.js';
import { useOpened } from '../../support/opened.js';
import { Scene, goodPassword } from '../mailboxes/scene.js';

const rounds = 6;

for (const engine of engines) {
  describe(`removed things that several people want at once, on ${engine}`, () => {
    const scene = useOpened(() => Scene.open(engine));

    const remove = async (address: string): Promise<number> => {
      const { app, marie } = scene;
      const { domain, mailbox } = await app.features.mailboxes.byAddress(
        marie,
        EmailAddress.parse(address),
      );
      await app.features.mailboxes.remove(marie, domain.name, mailbox.id);
      const row = await app.db.knex('removals').where({ name: address }).first('id');
      return Number(row.id);
    };
    const prepare = async (
      by: Viewer,
      key: 'restore' | 'erase',
      ids: readonly number[],
    ): Promise<number> => {
      const { previews, actionsOnRemoved } = scene.app.features;
      const action = actionsOnRemoved.actions.find((each) => each.key === key);
      assert.ok(action !== undefined);
      const offered = { table: actionsOnRemoved.table, action };
      const selection = { kind: 'rows', ids } as const;
      const asking = { wanted: undefined, selection, list: '/removed' };
      return (await previews.whole(by, await previews.create(by, offered, asking))).id;
    };

    it('are restored or erased, never both', async () => {
      const { app, marie, addMailbox } = scene;
      const { removedThings: things } = app.features;
      for (let round = 0; round < rounds; round += 1) {
        const address = `round${round}@marie.example`;
        await addMailbox(marie, address);
        const removal = await remove(address);
        const wanted = [things.restore(marie, removal), things.erase(marie, removal)];
        assert.equal(await successes(round % 2 === 0 ? wanted : wanted.toReversed()), 1);
        const isBack = (await scene.mailboxRow(address)) !== undefined;
        const actions = await app.db
          .knex('audit_entries')
          .where({ subject: address })
          .pluck('action');
        assert.equal(actions.includes('mailbox.restored'), isBack);
        assert.equal(actions.includes('mailbox.erased'), !isBack);
        assert.equal((await app.db.knex('removals').where({ id: removal })).length, 0);
        assert.equal((await app.db.knex('removal_rows').where({ removal_id: removal })).length, 0);
      }
    });

    it('have one owner of their name, whoever is first', async () => {
      const { app, marie, addMailbox, addAlias } = scene;
      for (let round = 0; round < rounds; round += 1) {
        const address = `name${round}@marie.example`;
        await addMailbox(marie, address);
        const removal = await remove(address);
        await app.db.knex('removals').where({ id: removal }).update({ reserved: null });
        const restored = app.features.removedThings.restore(marie, removal);
        assert.equal(
          await successes([restored, addAlias(marie, address, 'far@elsewhere.test')]),
          1,
        );
        const mailboxes = await app.db.knex('mailboxes').where({ address });
        const aliases = await app.db.knex('aliases').where({ address });
        assert.equal(mailboxes.length + aliases.length, 1);
      }
    });

    it('are where their domain is, when that is removed meanwhile', async () => {
      const { app, marie, addMailbox } = scene;
      const name = 'xn--bcher-kva.example';
      for (let round = 0; round < rounds; round += 1) {
        const address = `with${round}@${name}`;
        await addMailbox(marie, address);
        const removal = await remove(address);
        const confirmation = DomainName.parse(name);
        await successes([
          app.features.removedThings.restore(marie, removal),
          app.panel.domains.remove(app.operator, name, { confirmation }),
        ]);
        const ofDomain = await app.db.knex('removals').where({ kind: 'domain', name }).first('id');
        await app.features.removedThings.restore(app.operator, ofDomain.id);
        await successes([app.features.removedThings.restore(marie, removal)]);
        assert.notEqual(await scene.mailboxRow(address), undefined);
      }
    });

    it('are counted once by two who restore and erase the same ones', async () => {
      const { app, marie, addMailbox } = scene;
      const ids: number[] = [];
      for (let n = 0; n < 12; n += 1) {
        await addMailbox(marie, `many${n}@marie.example`);
        ids.push(await remove(`many${n}@marie.example`));
      }
      const [restoring, erasing] = [
        await prepare(marie, 'restore', ids),
        await prepare(app.operator, 'erase', ids),
      ];
      const { previews } = app.features;
      const results = await Promise.all([
        previews.apply(marie, restoring),
        previews.apply(app.operator, erasing),
      ]);
      const counts = results.map((each) => ('result' in each ? each.result : assert.fail()));
      assert.equal(
        counts.reduce((sum, { changed }) => sum + changed, 0),
        ids.length,
      );
      assert.ok(counts.every(({ changed, moved }) => changed + moved === ids.length));
      const back = await app.db.knex('mailboxes').where('address', 'like', 'many%');
      assert.equal(back.length, counts[0]?.changed);
    });

    it('are not there for others, whatever IDs they send', async () => {
      const { app, marie, paul, addMailbox } = scene;
      await addMailbox(marie, 'foreign@marie.example');
      const removal = await remove('foreign@marie.example');
      for (const key of ['restore', 'erase'] as const) {
        const preview = await app.features.previews.find(paul, await prepare(paul, key, [removal]));
        assert.deepEqual(preview.counts, { 'will-change': 0, 'already-so': 0, refused: 0 });
      }
      assert.equal((await app.db.knex('removals').where({ id: removal })).length, 1);
    });

    it('are a relay or removed, when a domain chooses it meanwhile', async () => {
      const { app } = scene;
      for (let round = 0; round < rounds; round += 1) {
        const server = await addConfirmedServer(app, 'paul.example', { title: `Relay ${round}` });
        await successes([
          app.features.smtpServers.remove(app.operator, server),
          app.features.domainMail.change(app.operator, 'paul.example', {
            settings: {},
            relay: String(server),
          }),
        ]);
        const { relay_id: relay } = await app.db
          .knex('domains')
          .where({ name: 'paul.example' })
          .first('relay_id');
        const there = await app.db.knex('smtp_servers').where({ id: server });
        assert.equal(relay === server && there.length === 0, false);
      }
    });

    it('remember any number of aliases that lost them, and name a login that is taken', async () => {
      const { app, marie, addMailbox } = scene;
      const { knex } = app.db;
      const long = `${'long-local-part'.repeat(4)}@marie.example`;
      await addMailbox(marie, long);
      await addMailbox(marie, 'other@marie.example');
      await app.panel.signIn.withPassword(long, goodPassword, { ip: '198.51.100.1' });
      const domain = await knex('domains').where({ name: 'marie.example' }).first('id');
      const many = Array.from({ length: 1000 }, (_none, n) => `alias${n}@marie.example`);
      await knex.batchInsert(
        'aliases',
        many.map((address) => ({
          domain_id: domain.id,
          address,
          search_text: address,
          created_at: 0,
        })),
        200,
      );
      for (const target of [long, 'other@marie.example']) {
        await knex.into(knex.raw('alias_targets (alias_id, target)')).insert(
          knex('aliases')
            .whereIn('address', many)
            .select('id', knex.raw('?', [target])),
        );
      }
      const removal = await remove(long);
      const kept = await knex('removals').where({ id: removal }).first('held');
      assert.ok(kept.held.length > 65_536);
      await knex('accounts').insert(await accountLike(long));
      const { left } = await app.features.removedThings.restore(marie, removal);
      assert.deepEqual(left, [{ key: 'removed.left.login', args: { login: long } }]);
      const back = await knex('alias_targets').where({ target: long });
      assert.equal(back.length, 1000);
    });

    /** An account with the login of somebody else. */
    const accountLike = async (login: string): Promise<object> => {
      const { id: _id, ...like } = await scene.app.db
        .knex('accounts')
        .where({ login: 'paul' })
        .first();
      const columns = await scene.app.db.engine.writableColumns(scene.app.db.knex, 'accounts');
      const written = Object.entries(like).filter(([name]) =>
        columns.some((column) => column.name === name),
      );
      return { ...Object.fromEntries(written), login };
    };
  });
}

/** How many succeed; the others are refused, and nothing fails. */
async function successes(wanted: readonly Promise<unknown>[]): Promise<number> {
  const settled = await Promise.allSettled(wanted);
  const failed = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
  failed.forEach((reason) => assert.ok(reason instanceof AppError, String(reason)));
  return settled.length - failed.length;
}
