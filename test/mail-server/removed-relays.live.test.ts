import assert from 'node:assert/strict';
import { DomainName } from '../../plugin/addresses/index.js';
import { ConflictError } from '../../plugin/errors.js';
import { engines, startTestWeb } from '../support/app.js';
import { usualPassword } from '../support/mail/panel.js';
import { type RelayScene, type RelayedDomain, startRelayScene } from '../support/mail/relays.js';
import { sendBySwaks } from '../support/mail/swaks.js';
import { Visitor } from '../support/visitor.js';

const friend = 'friend@outside.test';

for (const engine of engines) {
  describe(`mail through relays that are removed and come back, on ${engine}`, () => {
    let scene: RelayScene;

    before(async () => {
      scene = await startRelayScene(engine);
    });
    after(() => scene.close());

    /** Sends a message and says which way it went. */
    const wayOf = async (from: string): Promise<readonly string[]> => {
      const { mail, smarthosts } = scene;
      const login = { user: from, password: usualPassword };
      const { subject } = await mail.submit({ from, to: friend, login });
      return [
        ...smarthosts.tls.about(subject).map(({ user }) => `relay as ${user}`),
        ...mail.outside.about(subject).map(() => 'directly'),
      ];
    };
    const removeServer = async (id: number): Promise<void> => {
      await scene.mail.app.features.smtpServers.remove(scene.mail.app.operator, id);
    };
    const removeDomain = async (name: string): Promise<void> => {
      const { app } = scene.mail;
      const confirmation = DomainName.parse(name);
      await app.panel.domains.remove(app.operator, name, { confirmation });
    };
    const removalOf = async (kind: string, name: string): Promise<number> => {
      const found = await scene.mail.app.db.knex('removals').where({ kind, name }).first('id');
      return Number(found.id);
    };
    const restore = async (kind: string, name: string): Promise<readonly string[]> => {
      const { app } = scene.mail;
      const { left } = await app.features.removedThings.restore(
        app.operator,
        await removalOf(kind, name),
      );
      return left.map(({ key }) => key);
    };
    const titleOf = async ({ serverId: id }: RelayedDomain): Promise<string> =>
      (await scene.mail.app.db.knex('smtp_servers').where({ id }).first('title')).title;

    it('keeps its way while the removal of its relay is refused', async () => {
      const { from, serverId, user } = await scene.domainThrough('tls');
      await assert.rejects(removeServer(serverId), ConflictError);
      assert.deepEqual(await wayOf(from), [`relay as ${user}`]);
    });

    it('is back with its domain, through a relay that is back before', async () => {
      const relayed = await scene.domainThrough('tls', { title: 'Back first' });
      const title = await titleOf(relayed);
      await removeDomain(relayed.domain);
      await removeServer(relayed.serverId);
      assert.deepEqual(await restore('smtp-server', title), []);
      assert.deepEqual(await restore('domain', relayed.domain), []);
      assert.deepEqual(await wayOf(relayed.from), [`relay as ${relayed.user}`]);
    });

    it('leaves directly when the domain is back without its relay, as the page says before', async () => {
      const { app } = scene.mail;
      const relayed = await scene.domainThrough('tls', { title: 'Never back' });
      const title = await titleOf(relayed);
      await removeDomain(relayed.domain);
      await removeServer(relayed.serverId);
      const web = await startTestWeb(app);
      const [admin] = await app.db.knex('accounts').where({ role: 'administrator' }).limit(1);
      assert.ok(admin !== undefined);
      const visitor = await Visitor.signedIn(web, app, admin.id);
      const removal = await removalOf('domain', relayed.domain);
      assert.match(
        (await visitor.get(`/removed/${removal}`)).text,
        /Its outgoing mail is sent directly|courrier sortant part directement/,
      );
      await web.stop();
      assert.deepEqual(await restore('domain', relayed.domain), ['removed.left.relay']);
      assert.deepEqual(await wayOf(relayed.from), ['directly']);
      // Only a choice of the domain brings it back.
      await restore('smtp-server', title);
      assert.deepEqual(await wayOf(relayed.from), ['directly']);
      await scene.mail.panel.setRelay(relayed.domain, relayed.serverId);
      assert.deepEqual(await wayOf(relayed.from), [`relay as ${relayed.user}`]);
    });

    it('that still waits for the relay leaves directly once its domain is removed, as its page says', async () => {
      const { mail } = scene;
      const relayed = await scene.domainThrough('wrongName', { title: 'Never reached' });
      const target = { host: mail.host.address, port: mail.host.ports.submission };
      const login = { user: relayed.from, password: usualPassword };
      const sent = await sendBySwaks(target, { from: relayed.from, to: friend, login });
      await mail.host.deferred(sent.queueId ?? '');
      const page = await mail.app.panel.domains.contents(mail.app.operator, relayed.domain);
      assert.equal(page.relay, 'Never reached');
      await removeDomain(relayed.domain);
      mail.host.flush();
      await mail.host.settled(sent.queueId ?? '');
      assert.equal(mail.outside.about(sent.subject).length, 1);
    });
  });
}
