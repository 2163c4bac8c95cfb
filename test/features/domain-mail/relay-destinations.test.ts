import assert from 'node:assert/strict';
import { RelayDestinations } from '../../../plugin/features/domain-mail/relay-destinations.js';
import { engines } from '../../support/app.js';
import { useTestApp } from '../../support/opened.js';

const inner = [
  '127.0.0.1',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '0.0.0.0',
  '224.0.0.1',
  '::',
  '::1',
  'fe80::1',
  'fd00:ec2::254',
  '::ffff:10.0.0.1',
  '::ffff:169.254.169.254',
  '64:ff9b::a00:1',
  '2002:a00:1::',
];
const outer = ['1.1.1.1', '2606:4700:4700::1111'];

const record = (address: string): string =>
  `mx.relay.test. 300 IN ${address.includes(':') ? 'AAAA' : 'A'} ${address}`;
const literal = (address: string): string => `[${address}]:587`;

for (const engine of engines) {
  describe(`destinations of relays, on ${engine}`, () => {
    const app = useTestApp(engine);
    let destinations: RelayDestinations;

    before(async () => {
      destinations = new RelayDestinations(app.db, ['127.0.0.1:1']);
    });

    const allow = async (...hosts: readonly string[]): Promise<void> => {
      const { settings } = app.features;
      await settings.change(app.operator, {
        ...(await settings.read()),
        'smtp-allowed-hosts': hosts,
      });
    };
    for (const address of inner) {
      it(`exclude ${address}`, async () => {
        await allow();
        assert.equal(await destinations.filter(record(address)), 'IGNORE');
        await assert.rejects(destinations.vet(literal(address)), /not allowed/);
      });
    }

    for (const address of outer) {
      it(`include ${address}`, async () => {
        assert.equal(await destinations.filter(record(address)), undefined);
        assert.equal(await destinations.vet(literal(address)), undefined);
      });
    }

    it('include those that an administrator has allowed, by name or by address', async () => {
      await allow('10.0.0.1');
      assert.equal(await destinations.filter(record('10.0.0.1')), undefined);
      assert.equal(await destinations.vet(literal('10.0.0.1')), undefined);
      assert.equal(await destinations.filter(record('10.0.0.2')), 'IGNORE');
      await allow('mx.relay.test');
      assert.equal(await destinations.filter(record('10.0.0.2')), undefined);
      await assert.rejects(destinations.vet(literal('10.0.0.2')), /not allowed/);
    });

    it('are not filtered in other DNS records or by name', async () => {
      assert.equal(await destinations.filter('relay.test. 300 IN MX 10 mx.relay.test.'), undefined);
      assert.equal(await destinations.vet('[mx.relay.test]:587'), undefined);
      assert.equal(await destinations.vet('mx.relay.test'), undefined);
    });
  });
}
