import assert from 'node:assert/strict';
import { ConflictError, NotFoundError } from '../../../plugin/errors.js';
import { parseServerForm } from '../../../plugin/features/smtp-servers/forms.js';
import { resellerOf } from '../../../plugin/panel/directory/account.js';
import { engines } from '../../support/app.js';
import { addAccount, addDomain, moveAccount, viewerOf } from '../../support/fixtures.js';
import { refusedFields } from '../../support/refusals.js';
import { Scene, good, png, services } from './scene.js';
import { useOpened } from '../../support/opened.js';

interface ServerRow {
  readonly id: number;
  readonly secret: string | null;
  readonly owner_id: number;
  readonly reseller_id: number | null;
  readonly search_text: string;
}

for (const engine of engines) {
  describe(`SMTP servers on ${engine}`, () => {
    const scene = useOpened(() => Scene.open(engine));

    const rowOf = async (id: number): Promise<ServerRow | undefined> =>
      await scene.app.db.knex<ServerRow>('smtp_servers').where({ id }).first();
    const secretOf = (id: number) =>
      scene.app.features.smtpServerStore.secretOf(scene.app.db.knex, id);
    const find = (id: number) => scene.app.features.smtpServers.find(scene.marie, id);
    it('are stored in canonical form, with their password encrypted', async () => {
      const id = await scene.add(scene.marie, {
        host: 'SMTP.Bücher.Example',
        address: 'Office@BÜCHER.example',
        title: ' Élan ',
      });
      const server = await find(id);
      assert.equal(server.host, 'smtp.xn--bcher-kva.example');
      assert.equal(server.address, 'office@xn--bcher-kva.example');
      assert.equal(server.title, 'Élan');
      const row = await rowOf(id);
      assert.match(row?.search_text ?? '', /elan smtp\.xn--bcher/);
      assert.match(row?.secret ?? '', /^v1\./);
      assert.doesNotMatch(row?.secret ?? '', /Pa55/);
      assert.deepEqual(await secretOf(id), { password: 'Pa55-of-office' });
    });

    it('belong to the account that adds them, or to the one that an administrator names', async () => {
      const id = await scene.app.features.smtpServers.create(
        scene.app.operator,
        parseServerForm(good, services),
        { owner: 'paul' },
      );
      assert.equal((await rowOf(id))?.owner_id, scene.paul.accountId);
      await assert.rejects(find(id), NotFoundError);
      const none = { owner: 'nobody-here' };
      const create = () =>
        scene.app.features.smtpServers.create(
          scene.app.operator,
          parseServerForm(good, services),
          none,
        );
      assert.deepEqual(await refusedFields(create), { owner: 'smtp-servers.errors.no-owner' });
    });

    it('do not exist for other accounts, in every operation', async () => {
      const id = await scene.add(scene.marie);
      const { smtpServers, confirmations } = scene.app.features;
      const form = parseServerForm({ ...good, version: '1' }, services);
      for (const attempt of [
        () => smtpServers.find(scene.paul, id),
        () => smtpServers.page(scene.paul, id),
        () => smtpServers.change(scene.paul, id, form),
        () => smtpServers.remove(scene.paul, id),
        () => smtpServers.try(scene.paul, id),
        () => smtpServers.meanwhile(scene.paul, id, 0),
        () => smtpServers.removalRefusal(scene.paul, id),
        () => confirmations.send(scene.paul, id, 'en'),
      ]) {
        await assert.rejects(attempt(), NotFoundError);
      }
      assert.equal((await find(id)).version, 1);
    });

    it('use ports that the installation allows, and keep a former one', async () => {
      const create = () => scene.add(scene.marie, { port: '2626' });
      assert.deepEqual(await refusedFields(create), { port: 'smtp-servers.errors.port' });
      const { settings } = scene.app.features;
      const before = await settings.read();
      await settings.change(scene.app.operator, { ...before, 'smtp-ports': ['2626'] });
      const id = await create();
      await settings.change(scene.app.operator, before);
      await scene.change(scene.marie, id, { port: '2626', title: 'Kept' });
      assert.equal((await find(id)).port, 2626);
    });

    it('are for all services, or for at least one selected service', async () => {
      const id = await scene.add(scene.marie, { usage: 'custom', 'service.sales': '1' });
      assert.deepEqual((await find(id)).services, ['sales']);
      const none = () => scene.change(scene.marie, id, { usage: 'custom' });
      assert.deepEqual(await refusedFields(none), { services: 'smtp-servers.errors.no-service' });
      await scene.change(scene.marie, id, { usage: 'default', 'service.sales': '1' });
      assert.deepEqual((await find(id)).services, []);
    });

    it('are found by service once confirmed, reserved ones first', async () => {
      const owner = await viewerOf(
        scene.app,
        await addAccount(scene.app, 'chooser', {
          planId: scene.planId,
        }),
      );
      const { smtpServerStore: store } = scene.app.features;
      const all = await scene.add(owner, { title: 'all' });
      const sales = await scene.add(owner, {
        title: 'sales',
        usage: 'custom',
        'service.sales': '1',
      });
      await scene.add(owner, { title: 'unconfirmed' });
      for (const id of [all, sales]) {
        const confirmation = { state: 'confirmed', at: 1, outcome: undefined } as const;
        await store.setConfirmation(scene.app.db.knex, id, confirmation);
      }
      const titles = async (service?: string) =>
        (await store.confirmedOf(owner.accountId, service)).map(({ title }) => title);
      assert.deepEqual(await titles('sales'), ['sales', 'all']);
      assert.deepEqual(await titles('production'), ['all']);

      const asked: string[] = [];
      const note = ({ sql }: { readonly sql: string }) => asked.push(sql);
      scene.app.db.knex.on('query', note);
      await titles('sales');
      scene.app.db.knex.off('query', note);
      assert.equal(asked.length, 2, 'the servers, and the services of all of them');
    });

    it('lose their confirmation and links only with another host, port, user or address', async () => {
      const { smtpServerStore: store } = scene.app.features;
      const { knex } = scene.app.db;
      const changes: [string, Readonly<Record<string, string>>, string][] = [
        ['title', { title: 'Renamed' }, 'confirmed'],
        ['sender name', { senderName: 'Other' }, 'confirmed'],
        ['password', { password: 'new' }, 'confirmed'],
        ['address', { address: 'other@shop.example' }, 'never'],
        ['host', { host: 'smtp2.provider.example', password: 'x' }, 'never'],
        ['port', { port: '465', security: 'tls', password: 'x' }, 'never'],
        ['user', { user: 'other', password: 'x' }, 'never'],
      ];
      for (const [what, typed, state] of changes) {
        const id = await scene.add(scene.marie);
        const at = Date.now();
        await store.setConfirmation(knex, id, { state: 'confirmed', at, outcome: undefined });
        await knex('smtp_confirmations').insert({
          token_hash: `hash-${id}`,
          server_id: id,
          expires_at: at + 1e6,
        });
        await scene.change(scene.marie, id, typed);
        assert.equal((await find(id)).confirmation.state, state, what);
        const links = await knex('smtp_confirmations').where({ server_id: id });
        assert.equal(links.length, state === 'never' ? 0 : 1, what);
      }
    });

    it('are changed once, and show who changed what meanwhile', async () => {
      const id = await scene.add(scene.marie);
      const twin = await scene.add(scene.marie);
      await scene.change(scene.marie, twin, { title: 'Twin', senderName: 'Hers' });
      await scene.change(scene.app.operator, id, { title: 'First', password: 'new-password' });
      const late = parseServerForm({ ...good, version: '1', title: 'Late' }, services);
      const { smtpServers } = scene.app.features;
      await assert.rejects(smtpServers.change(scene.marie, id, late), ConflictError);
      assert.equal((await find(id)).title, 'First');
      assert.deepEqual(
        (await smtpServers.meanwhile(scene.marie, id, 1)).map(({ actor, action, after }) => [
          actor,
          action,
          after['title'],
        ]),
        [
          ['cli', 'smtp-server.password-changed', undefined],
          ['cli', 'smtp-server.changed', 'First'],
        ],
      );
    });

    it('keep their version when nothing changes', async () => {
      const id = await scene.add(scene.marie);
      await scene.change(scene.marie, id, {});
      assert.equal((await find(id)).version, 1);
      assert.deepEqual(await scene.audited(id), ['smtp-server.created']);
    });

    it('cannot be removed while they are relays, and are removed with all their data', async () => {
      const id = await scene.add(scene.marie, { usage: 'custom', 'service.sales': '1' }, png);
      const { knex } = scene.app.db;
      const name = `relayed-${id}.example`;
      await addDomain(scene.app, name, 'marie');
      await knex('domains').where({ name }).update({ relay_id: id });
      const { smtpServers } = scene.app.features;
      await assert.rejects(
        smtpServers.remove(scene.marie, id),
        (error) => error instanceof ConflictError && error.args['domains'] === name,
      );
      await knex('domains').where({ name }).update({ relay_id: null });
      await smtpServers.remove(scene.marie, id);
      for (const table of ['smtp_server_services', 'smtp_server_logos', 'smtp_confirmations']) {
        assert.deepEqual(await knex(table).where({ server_id: id }), [], table);
      }
    });

    it('move with their owner to another reseller, and prevent the owner’s removal', async () => {
      const resellerId = await addAccount(scene.app, 'agency', { role: 'reseller' });
      const reseller = await viewerOf(scene.app, resellerId);
      const id = await scene.add(scene.paul, { title: 'Moving' });
      const { smtpServers } = scene.app.features;
      await assert.rejects(smtpServers.find(reseller, id), NotFoundError);

      const { accounts, accountStore } = scene.app.panel;
      await moveAccount(scene.app, scene.paul.accountId, 'agency');
      const moved = await accountStore.find({ kind: 'all' }, scene.paul.accountId);
      assert.equal(moved && resellerOf(moved), resellerId);
      assert.equal((await smtpServers.find(reseller, id)).resellerId, resellerId);
      await assert.rejects(
        accounts.remove(scene.app.operator, scene.paul.accountId),
        (error) =>
          error instanceof ConflictError && error.key === 'accounts.errors.owns-smtp-servers',
      );
    });
  });
}
