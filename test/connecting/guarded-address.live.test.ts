import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AddressError } from '../../plugin/addresses/index.js';
import { programFolder } from '../../plugin/runtime/paths.js';
import { vettedAddresses } from '../../plugin/connecting/guarded-address.js';
import type { ConnectionPolicy } from '../../plugin/connecting/connection-policy.js';
import { ConnectionError } from '../../plugin/connecting/connection-error.js';
import { parseHost } from '../../plugin/connecting/endpoint.js';
import type { Dnsmasq } from '../support/dnsmasq.js';
import { longestWaitMs } from '../support/processes.js';
import { startNames } from './names.js';

/** Names in the collection; they resolve to internal addresses, whichever DNS server answers. */
const inside = {
  '127.0.0.1.nip.io': ['127.0.0.1'],
  '127-0-0-1.nip.io': ['127.0.0.1'],
  '7f000001.nip.io': ['127.0.0.1'],
  'metadata.google.internal': ['169.254.169.254'],
};

describe('the addresses that may be connected to', () => {
  let names: Dnsmasq;

  before(async () => {
    names = await startNames({
      ...inside,
      'public.test': ['1.1.1.1', '2606:4700:4700::1111'],
      'mixed.test': ['10.0.0.1', '1.1.1.1', '::1'],
      'mapped.test': ['::ffff:10.0.0.1', '::ffff:169.254.169.254', '64:ff9b::a00:1'],
      'internal.test': ['10.0.0.1', '10.0.0.2'],
      'many.test': ['1.1.1.1', '1.1.1.2', '1.1.1.3', '1.1.1.4', '1.1.1.5', '1.1.1.6'],
    });
  });
  after(async () => names.stop());

  async function vetted(
    text: string,
    policy: Partial<ConnectionPolicy> = {},
    signal = AbortSignal.timeout(longestWaitMs),
  ): Promise<readonly string[]> {
    const addresses = await vettedAddresses(
      parseHost(text),
      {
        allowedHosts: new Set(),
        resolvers: [names.server],
        ...policy,
      },
      signal,
    );
    return addresses.map(String);
  }

  async function refusal(...of: Parameters<typeof vetted>): Promise<string> {
    try {
      return `leads to ${(await vetted(...of)).join(', ')}`;
    } catch (error) {
      if (error instanceof ConnectionError) {
        return error.failure;
      }
      assert.ok(error instanceof AddressError, String(error));
      return 'not-a-host';
    }
  }

  describe('in the SSRF collection', () => {
    for (const [host, expected] of hostList()) {
      it(`${expected === 'allow' ? 'include' : 'exclude'} ${JSON.stringify(host)}`, async () => {
        const answer = await refusal(host);
        if (expected === 'allow') {
          assert.equal(answer, `leads to ${host}`);
        } else {
          assert.match(answer, /^(not-a-host|address-forbidden)$/);
        }
      });
    }

    it('were decided with every name resolved, so that none was refused for lack of an answer', async () => {
      for (const name of Object.keys(inside)) {
        assert.equal(await refusal(name), 'address-forbidden', name);
      }
    });
  });

  it('are a name’s public ones, in the order to try them', async () => {
    assert.deepEqual(await vetted('public.test'), ['1.1.1.1', '2606:4700:4700::1111']);
    assert.deepEqual(await vetted('mixed.test'), ['1.1.1.1']);
  });

  it('exclude IPv6 addresses that embed an internal IPv4 address', async () => {
    assert.equal(await refusal('mapped.test'), 'address-forbidden');
    for (const text of ['::ffff:10.0.0.1', '::10.0.0.1', '2002:a00:1::', '64:ff9b::10.0.0.1']) {
      assert.equal(await refusal(text), 'address-forbidden', text);
    }
  });

  it('include names and addresses that an administrator has allowed', async () => {
    assert.deepEqual(await vetted('10.0.0.1', allowed('10.0.0.1')), ['10.0.0.1']);
    assert.deepEqual(await vetted('internal.test', allowed('10.0.0.2')), ['10.0.0.2']);
    assert.deepEqual((await vetted('internal.test', allowed('internal.test'))).toSorted(), [
      '10.0.0.1',
      '10.0.0.2',
    ]);
    assert.equal(await refusal('internal.test', allowed('public.test')), 'address-forbidden');
  });

  it('are at most four for a name, which limits scanning through us', async () => {
    assert.equal((await vetted('many.test')).length, 4);
  });

  it('are unknown when the name does not exist or does not resolve', async () => {
    assert.equal(await refusal('nowhere.test'), 'name-unknown');
    const silent = { resolvers: ['127.0.0.1:1'] };
    assert.equal(
      await refusal('public.test', silent, AbortSignal.timeout(100)),
      'name-unavailable',
    );
  });
});

function allowed(...hosts: readonly string[]): Pick<ConnectionPolicy, 'allowedHosts'> {
  return { allowedHosts: new Set(hosts) };
}

/** The lines of the collection; `\t` stands for a tab in a host. */
function hostList(): readonly [host: string, expected: string][] {
  return readFileSync(join(programFolder, 'test/vectors/ssrf-hosts.txt'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [host = '', expected = ''] = line.split('\t');
      return [host.replaceAll(String.raw`\t`, '\t'), expected];
    });
}
