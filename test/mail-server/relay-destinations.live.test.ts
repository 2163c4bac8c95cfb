import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { HostName } from '../../plugin/addresses/index.js';
import { vettedAddresses } from '../../plugin/connecting/guarded-address.js';
import { type ChangingNames, startChangingNames } from '../connecting/changing-names.js';
import { oneEngine } from '../support/app.js';
import { freeLoopbackAddress } from '../support/mail/loopback.js';
import { usualPassword } from '../support/mail/panel.js';
import { type RelayScene, startRelayScene } from '../support/mail/relays.js';
import { sendBySwaks } from '../support/mail/swaks.js';
import { until } from '../support/processes.js';

/** An internal server that only counts connections. */
interface Inside {
  readonly address: string;
  readonly port: number;
  connections: number;
  stop(): void;
}

async function startInside(): Promise<Inside> {
  const address = await freeLoopbackAddress();
  const server = createServer((socket) => {
    inside.connections += 1;
    socket.destroy();
  });
  server.listen(0, address);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const inside: Inside = { address, port, connections: 0, stop: () => server.close() };
  return inside;
}

for (const engine of oneEngine) {
  describe(`the destination of a relay on ${engine}`, () => {
    let scene: RelayScene;
    let inside: Inside;
    let changing: ChangingNames;

    before(async () => {
      inside = await startInside();
      const later = Array.from({ length: 50 }, () => inside.address);
      changing = await startChangingNames(['1.1.1.1', ...later]);
      scene = await startRelayScene(engine, {
        names: [
          `--host-record=inside.test,${inside.address}`,
          '--cname=alias.test,chain.test',
          '--cname=chain.test,inside.test',
          '--host-record=six.test,::1',
          '--host-record=mapped.test,::ffff:10.0.0.1',
          `--server=/changing.test/${changing.server.replace(':', '#')}`,
        ],
      });
    });
    after(async () => {
      await scene.close();
      changing.stop();
      inside.stop();
    });

    const allow = async (...hosts: readonly string[]): Promise<void> => {
      const { features, operator } = scene.mail.app;
      const settings = await features.settings.read();
      await features.settings.change(operator, {
        ...settings,
        'smtp-allowed-hosts': hosts,
        'smtp-ports': [String(inside.port)],
      });
    };

    /** Sends through a relay whose host is no longer allowed; returns why the message waits. */
    const reasonFor = async (host: string): Promise<string> => {
      const { mail } = scene;
      // Waiting messages would be delivered while the host is allowed.
      mail.host.emptyQueue();
      inside.connections = 0;
      await allow(host);
      const { from } = await scene.domainThrough('plain', { host, port: inside.port });
      await allow();
      const target = { host: mail.host.address, port: mail.host.ports.submission };
      const login = { user: from, password: usualPassword };
      const sent = await sendBySwaks(target, { from, to: 'friend@outside.test', login });
      return await mail.host.deferred(sent.queueId ?? '');
    };

    for (const host of ['inside.test', 'alias.test']) {
      it(`excludes internal addresses unless ${host} is allowed`, async () => {
        assert.match(await reasonFor(host), /DNS reply filter drops all results/);
        assert.equal(inside.connections, 0);

        await allow(host);
        scene.mail.host.flush();
        await until(() => inside.connections > 0);
      });
    }

    for (const host of ['six.test', 'mapped.test']) {
      it(`excludes the internal IPv6 address of ${host}`, async () => {
        assert.match(await reasonFor(host), /DNS reply filter drops all results/);
      });
    }

    it('excludes internal addresses that the name gets after its confirmation', async () => {
      const confirmed = await vettedAddresses(
        HostName.parse('changing.test'),
        { allowedHosts: new Set(), resolvers: [changing.server] },
        AbortSignal.timeout(20_000),
      );
      assert.deepEqual(confirmed.map(String), ['1.1.1.1']);
      assert.match(await reasonFor('changing.test'), /DNS reply filter drops all results/);
      assert.ok(changing.questions > 1);
      assert.equal(inside.connections, 0);
    });

    it('excludes an internal address that is no longer allowed', async () => {
      const reason = await reasonFor(inside.address);
      assert.equal(inside.connections, 0, reason);
      await allow(inside.address);
      scene.mail.host.flush();
      await until(() => inside.connections > 0);
    });

    it('is not used while look-ups are unanswered, so mail waits', async () => {
      await scene.lookups.stop();
      try {
        await reasonFor('inside.test');
        assert.equal(inside.connections, 0);
      } finally {
        await scene.lookups.start();
      }
    });
  });
}
