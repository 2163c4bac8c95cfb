import assert from 'node:assert/strict';
import { oneEngine } from '../support/app.js';
import { usualPassword } from '../support/mail/panel.js';
import { type RelayScene, startRelayScene } from '../support/mail/relays.js';
import type { Smarthost } from '../support/mail/smarthost.js';
import type { MailReplies } from '../support/mail/smtp-client.js';
import { sendBySwaks } from '../support/mail/swaks.js';

const friend = 'friend@outside.test';

function login(user: string): { user: string; password: string } {
  return { user, password: usualPassword };
}

function usersAt(smarthost: Smarthost, subject: string): string[] {
  return smarthost.about(subject).map(({ user }) => user);
}

for (const engine of oneEngine) {
  describe(`mail through relays on ${engine}`, () => {
    let scene: RelayScene;

    before(async () => {
      scene = await startRelayScene(engine);
    });

    after(() => scene.close());

    /** Sends a message and waits for its delivery. */
    const send = async (from: string, to: string | string[] = friend): Promise<MailReplies> =>
      await scene.mail.submit({ from, to, login: login(from) });

    /** Sends a message that must wait; returns the reason and its queue ID. */
    const sendInVain = async (
      from: string,
      to = friend,
    ): Promise<{ reason: string; id: string; subject: string }> => {
      const { host } = scene.mail;
      const target = { host: host.address, port: host.ports.submission };
      const replies = await sendBySwaks(target, { from, to, login: login(from) });
      const id = replies.queueId ?? '';
      return { reason: await host.deferred(id), id, subject: replies.subject };
    };

    const deliverWaiting = async (id: string): Promise<void> => {
      scene.mail.host.flush();
      await scene.mail.host.settled(id);
    };

    const directly = (subject: string): string[] =>
      scene.mail.outside.about(subject).flatMap(({ to }) => to);

    for (const name of ['starttls', 'tls'] as const) {
      it(`is sent with ${name} and the domain’s login, whose password has a colon and a space`, async () => {
        const { from, user } = await scene.domainThrough(name);
        const { subject } = await send(from);
        const [message] = scene.smarthosts[name].about(subject);
        assert.deepEqual(
          [message?.user, message?.from, message?.to, message?.isEncrypted],
          [user, from, [friend], true],
        );
        assert.deepEqual(directly(subject), []);
      });
    }

    for (const [authentication, method] of [
      ['login', 'PLAIN'],
      ['cram-md5', 'CRAM-MD5'],
    ] as const) {
      it(`logs in with ${method} only when the server is set to ${authentication}`, async () => {
        const { from, user } = await scene.domainThrough('plain', { authentication });
        const { subject } = await send(from);
        assert.deepEqual(usersAt(scene.smarthosts.plain, subject), [user]);
        const methods = scene.smarthosts.plain.logins
          .filter(({ username }) => username === user)
          .map((each) => each.method);
        assert.deepEqual(methods, [method]);
      });
    }

    it('is delivered locally to our recipients, and to the other server of redirected domains', async () => {
      const { domain, from } = await scene.domainThrough('starttls');
      const { address, port } = scene.mail.other;
      const redirected = await scene.mail.domain({ unknown: 'redirect', ip: address, port });
      const { subject } = await send(from, [
        `alias@${domain}`,
        `box@${redirected}`,
        `x@${redirected}`,
        friend,
      ]);
      assert.equal(await scene.mail.copies(from, subject), 1);
      assert.equal(await scene.mail.copies(`box@${redirected}`, subject), 1);
      assert.deepEqual(
        scene.mail.other.about(subject).map(({ to }) => to),
        [[`x@${redirected}`]],
      );
      assert.deepEqual(
        scene.smarthosts.starttls.about(subject).map(({ to }) => to),
        [[friend]],
      );
    });

    it('uses the login of its own domain when two share a server, also concurrently', async () => {
      const both = [await scene.domainThrough('starttls'), await scene.domainThrough('starttls')];
      const sent = await Promise.all(
        Array.from({ length: 5 }, () => both)
          .flat()
          .map(async ({ from, user }) => ({ user, subject: (await send(from)).subject })),
      );
      assert.deepEqual(
        sent.map(({ subject }) => usersAt(scene.smarthosts.starttls, subject)),
        sent.map(({ user }) => [user]),
      );
    });

    it('uses the relay of an IDN domain in either form', async () => {
      const { from: other, serverId, user } = await scene.domainThrough('starttls');
      const utf8 = 'bücher-relay.test';
      await scene.mail.panel.createDomain(utf8);
      await scene.mail.panel.createMailbox(`box@${utf8}`);
      await moveServer(serverId, 'xn--bcher-relay-thb.test');
      await scene.mail.panel.setRelay(utf8, serverId);
      for (const from of [`box@${utf8}`, 'box@xn--bcher-relay-thb.test']) {
        const { subject } = await send(from);
        assert.deepEqual(usersAt(scene.smarthosts.starttls, subject), [user], from);
      }
      assert.match(
        (await sendInVain(other)).reason,
        /not confirmed/,
        'it no longer belongs to that owner',
      );
    });

    /** Gives a server to the owner of another domain. */
    const moveServer = async (id: number, domain: string): Promise<void> => {
      const { app } = scene.mail;
      const { owner_id } = await app.db.knex('domains').where({ name: domain }).first('owner_id');
      await app.db.knex('smtp_servers').where({ id }).update({ owner_id });
      await app.maps.rebuild();
    };

    it('takes the currently set route at the next message', async () => {
      const { domain, from, serverId, user } = await scene.domainThrough('starttls');
      const ways = [undefined, serverId, undefined, serverId];
      for (const way of ways) {
        await scene.mail.panel.setRelay(domain, way);
        const { subject } = await send(from);
        const [relayed, direct] = way === undefined ? [[], [friend]] : [[user], []];
        assert.deepEqual(usersAt(scene.smarthosts.starttls, subject), relayed);
        assert.deepEqual(directly(subject), direct);
      }
    });

    it('uses a new password at the next message', async () => {
      const { from, user, serverId } = await scene.domainThrough('starttls');
      await send(from);
      scene.smarthosts.starttls.users.set(user, ' new: pass ');
      await setPassword(serverId, ' new: pass ');
      const { subject } = await send(from);
      assert.deepEqual(usersAt(scene.smarthosts.starttls, subject), [user]);
    });

    const setPassword = async (id: number, password: string): Promise<void> => {
      const { features, operator } = scene.mail.app;
      const server = await features.smtpServers.find(operator, id);
      await features.smtpServers.change(operator, id, {
        version: server.version,
        fields: server,
        secret: { password },
        removeLogo: false,
      });
    };

    it('waits while the login is refused, and is delivered with the right one', async () => {
      const { from, user, password } = await scene.domainThrough('starttls');
      scene.smarthosts.starttls.users.set(user, 'changed there');
      const { reason, id, subject } = await sendInVain(from);
      assert.match(reason, /SASL authentication failed; server mx\.starttls\.test.* said: 535/);
      scene.smarthosts.starttls.users.set(user, password);
      await deliverWaiting(id);
      assert.deepEqual(usersAt(scene.smarthosts.starttls, subject), [user]);
    });

    it('waits while look-ups are unanswered, and is delivered once they work', async () => {
      const { from, user } = await scene.domainThrough('starttls');
      await scene.lookups.stop();
      const { id, subject } = await sendInVain(from);
      assert.deepEqual(scene.smarthosts.starttls.about(subject), []);
      await scene.lookups.start();
      await deliverWaiting(id);
      assert.deepEqual(usersAt(scene.smarthosts.starttls, subject), [user]);
      assert.deepEqual(directly(subject), []);
    });

    for (const [name, why] of [
      ['wrongName', /Server certificate not verified/],
      ['unknownIssuer', /Server certificate not (?:verified|trusted)/],
    ] as const) {
      it(`waits without a login attempt when the certificate check fails: ${name}`, async () => {
        const { from } = await scene.domainThrough(name);
        const { reason, subject } = await sendInVain(from);
        assert.match(reason, why);
        assert.deepEqual(scene.smarthosts[name].logins, []);
        assert.deepEqual(directly(subject), []);
      });
    }

    it('waits without a login attempt when the server lacks the required TLS', async () => {
      const { from, user } = await scene.domainThrough('plain', { security: 'starttls' });
      const { reason } = await sendInVain(from);
      assert.match(reason, /TLS is required, but was not offered/);
      assert.ok(!scene.smarthosts.plain.logins.some(({ username }) => username === user));
    });

    it('waits while the server is unconfirmed or removed, with that reason', async () => {
      const { domain, from, user, serverId } = await scene.domainThrough('starttls');
      await confirm(serverId, 'never');
      const { reason, id, subject } = await sendInVain(from);
      assert.equal(reason, 'The SMTP server of the sending domain is not confirmed');
      await confirm(serverId, 'confirmed');
      await deliverWaiting(id);
      assert.deepEqual(usersAt(scene.smarthosts.starttls, subject), [user]);

      await scene.mail.app.db.knex('smtp_servers').where({ id: serverId }).delete();
      await scene.mail.app.maps.rebuild();
      // To another recipient, since qmgr(8) may reuse the route of the one just retried for 30 s.
      const later = await sendInVain(from, 'other@outside.test');
      assert.match(later.reason, /not confirmed/);
      await scene.mail.panel.setRelay(domain, undefined);
      await deliverWaiting(later.id);
      assert.deepEqual(directly(later.subject), ['other@outside.test']);
    });

    const confirm = async (id: number, confirmation: string): Promise<void> => {
      await scene.mail.app.db.knex('smtp_servers').where({ id }).update({ confirmation });
      await scene.mail.app.maps.rebuild();
    };
  });
}
