import assert from 'node:assert/strict';
import type { ConfigurationFiles } from '../../plugin/mail-server/render.js';
import { oneEngine } from '../support/app.js';
import { type Neighbour, startNeighbour } from '../support/mail/neighbour.js';
import { usualPassword } from '../support/mail/panel.js';
import { type RelayScene, type RelayedDomain, startRelayScene } from '../support/mail/relays.js';
import { type Smarthost, startSmarthost } from '../support/mail/smarthost.js';
import { SmtpClient } from '../support/mail/smtp-client.js';

/** The mail server of a redirected domain, which collects logins. */
interface CuriousServer {
  readonly neighbour: Neighbour;
  readonly server: Smarthost;
}

async function startCuriousServer(): Promise<CuriousServer> {
  const neighbour = startNeighbour();
  const server = await startSmarthost({
    security: 'none',
    isOpen: true,
    listensOn: { address: neighbour.address, port: 25 },
  });
  return { neighbour, server };
}

/** The logins that a redirected domain's server receives when a user with a relay writes there. */
async function loginsAtRedirectTarget(
  { mail }: RelayScene,
  { domain, from, user, password }: RelayedDomain,
  { neighbour, server }: CuriousServer,
): Promise<string[]> {
  server.users.set(user, password);
  const redirected = await mail.domain({ unknown: 'redirect', ip: neighbour.address, port: 25 });
  const login = { user: from, password: usualPassword };
  // Through an alias, so that the server is not asked for the recipient first.
  await mail.panel.createAlias(`there@${domain}`, [`nobody@${redirected}`]);
  await mail.submit({ from, to: `there@${domain}`, login });
  return server.logins.map((tried) => `${tried.username}:${tried.password}`);
}

/** The spellings of a sender with which a stranger's message is sent through the domain's relay. */
async function spellingsThatRelay(
  { mail, smarthosts }: RelayScene,
  { domain, from }: RelayedDomain,
): Promise<string[]> {
  const alias = `out@${domain}`;
  await mail.panel.createAlias(alias, ['far@outside.test']);
  const relayed: string[] = [];
  for (const sender of spellings(from)) {
    const marker = `${domain}-${relayed.length}-${sender}`;
    await sendAsStranger(mail, sender, alias, marker);
    if (smarthosts.starttls.about(marker).length > 0) {
      relayed.push(sender);
    }
  }
  return relayed;
}

function spellings(from: string): string[] {
  const [local = '', domain = ''] = from.split('@');
  return [
    from,
    `nobody@${domain}`,
    `${local}+tag@${domain}`,
    `${local}@${domain.toUpperCase()}`,
    `"${local}"@${domain}`,
    `@outside.test:${from}`,
    `${local}%${domain}`,
    `${domain}!${local}`,
    `${local}@${domain}.`,
  ];
}

async function sendAsStranger(
  { host }: RelayScene['mail'],
  from: string,
  to: string,
  marker: string,
): Promise<void> {
  const client = await SmtpClient.connect({ host: host.address, port: host.ports.smtp });
  try {
    await client.command(`MAIL FROM:<${from}>`);
    const reply = await client.command(`RCPT TO:<${to}>`);
    if (reply.startsWith('250')) {
      await client.command('DATA');
      const end = await client.command(`Subject: ${marker}\r\n\r\nHello.\r\n.`);
      await host.settled(/queued as (\w+)/.exec(end)?.[1] ?? '');
    }
  } finally {
    client.close();
  }
}

for (const engine of oneEngine) {
  describe(`a relay’s login on ${engine}`, () => {
    let scene: RelayScene;
    let curious: CuriousServer;

    before(async () => {
      scene = await startRelayScene(engine);
      curious = await startCuriousServer();
    });

    after(async () => {
      await Promise.all([scene.close(), curious.server.stop()]);
      curious.neighbour.stop();
    });

    it('is not sent to the server of a redirected domain', async () => {
      const relayed = await scene.domainThrough('starttls');
      assert.deepEqual(await loginsAtRedirectTarget(scene, relayed, curious), []);
      assert.equal(curious.server.messages.length, 1);
    });

    it('is not used for strangers who forge the sender', async () => {
      const relayed = await scene.domainThrough('starttls');
      assert.deepEqual(await spellingsThatRelay(scene, relayed), []);
    });

    it('is not used for strangers who forge the sender in U-labels', async () => {
      const { serverId } = await scene.domainThrough('starttls');
      const utf8 = 'fälschung.test';
      await scene.mail.panel.createDomain(utf8);
      await scene.mail.app.db
        .knex('domains')
        .whereNotNull('utf8_name')
        .update({ relay_id: serverId });
      await scene.mail.app.maps.rebuild();
      const ascii = 'xn--flschung-0za.test';
      for (const domain of [utf8, ascii]) {
        const { rcpt } = await scene.mail.receive({ from: `x@${domain}`, to: 'out@d1.test' });
        assert.deepEqual(rcpt, [
          `553 5.7.1 <x@${ascii}>: Sender address rejected: Log in to send as this domain`,
        ]);
      }
    });

    it('does not affect strangers who use their own sender', async () => {
      const { domain } = await scene.domainThrough('starttls');
      await scene.mail.panel.createAlias(`out@${domain}`, ['far@outside.test']);
      for (const from of ['stranger@outside.test', '']) {
        const { subject } = await scene.mail.receive({ from, to: `out@${domain}` });
        assert.equal(scene.mail.outside.about(subject).length, 1);
      }
    });
  });
}

describe('a relay’s login in a naive configuration', () => {
  let scene: RelayScene;
  let curious: CuriousServer;

  before(async () => {
    scene = await startRelayScene('sqlite', { rewrite: naive });
    curious = await startCuriousServer();
  });

  after(async () => {
    await Promise.all([scene.close(), curious.server.stop()]);
    curious.neighbour.stop();
  });

  it('is sent to the server of a redirected domain', async () => {
    const relayed = await scene.domainThrough('starttls');
    assert.deepEqual(await loginsAtRedirectTarget(scene, relayed, curious), [
      `${relayed.user}:${relayed.password}`,
    ]);
  });

  it('is used for strangers who forge the sender', async () => {
    const relayed = await scene.domainThrough('starttls');
    assert.ok((await spellingsThatRelay(scene, relayed)).includes(relayed.from));
  });
});

/** Logins by sender for all deliveries, as in many manuals, and no check of senders who are not logged in. */
function naive(files: ConfigurationFiles): ConfigurationFiles {
  const main = files.get('postfix/main.cf') ?? '';
  const master = files.get('postfix/master.cf') ?? '';
  return new Map([
    ...files,
    [
      'postfix/main.cf',
      main.replace(/^smtpd_sender_restrictions = .*\n/m, '').replace(
        /^smtp_sasl_auth_enable = no$/m,
        `smtp_sasl_auth_enable = yes
smtp_sender_dependent_authentication = yes
smtp_sasl_password_maps = inline:{{@d1.test = user1:pass word:1}}
smtp_sasl_security_options = noanonymous`,
      ),
    ],
    [
      'postfix/master.cf',
      master.replace(/^(redir .*)\n  -o smtp_sasl_auth_enable=no\n  -o .*/m, '$1'),
    ],
  ]);
}
