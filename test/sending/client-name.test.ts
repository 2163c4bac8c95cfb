import assert from 'node:assert/strict';
import { addressLiteral, publicName } from '../../plugin/sending/client-name.js';

describe('the name in this installation’s greetings', () => {
  const cases: [name: string, used: string | undefined, why: string][] = [
    ['mail.example.com', 'mail.example.com', 'it is public'],
    ['Mail.Müller.example', 'mail.xn--mller-kva.example', 'EHLO is ASCII'],
    ['mail', undefined, 'it has no dot'],
    ['localhost', undefined, 'it names every machine'],
    ['localhost.localdomain', undefined, 'so is that'],
    ['panel.local', undefined, 'it is local to a network'],
    ['panel.home.arpa', undefined, 'so is that'],
    ['localhome.example', 'localhome.example', 'it only has a similar ending'],
    ['127.0.0.1', undefined, 'it is an address'],
    ['[::1]', undefined, 'so is that'],
    ['', undefined, 'it is empty'],
  ];
  for (const [name, used, why] of cases) {
    it(`is ${used ?? 'not'} ${JSON.stringify(name)}: ${why}`, () => {
      assert.equal(publicName(name), used);
    });
  }

  it('defaults to the address in brackets', () => {
    assert.equal(addressLiteral('192.0.2.1'), '[192.0.2.1]');
    assert.equal(addressLiteral('2001:db8::1'), '[IPv6:2001:db8::1]');
  });
});
