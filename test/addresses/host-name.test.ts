import assert from 'node:assert/strict';
import { HostName } from '../../plugin/addresses/index.js';
import { itRejects, rowsOf } from './outcome.js';

describe('a host name', () => {
  it('has both forms of a domain name', () => {
    const host = HostName.parse('MX.Bücher.test');
    assert.equal(host.ascii, 'mx.xn--bcher-kva.test');
    assert.equal(host.toString(), 'mx.xn--bcher-kva.test');
    assert.equal(host.unicode, 'mx.bücher.test');
  });

  it('equals every spelling of itself and no other name', () => {
    const host = HostName.parse('mx.example.test');
    assert.equal(host.equals(HostName.parse('MX.EXAMPLE.TEST')), true);
    assert.equal(host.equals(HostName.parse('mx2.example.test')), false);
  });

  itRejects((text) => HostName.parse(text), rowsOf('host-name', 'refused'));
});
