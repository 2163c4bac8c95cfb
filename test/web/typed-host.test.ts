import assert from 'node:assert/strict';
import { movePort } from '../../plugin/web/port-in-host.js';
import { parseHost } from '../../plugin/connecting/endpoint.js';
import { understoodHost } from '../../plugin/web/typed-host.js';

describe('a typed host', () => {
  for (const [text, host, port] of [
    ['smtp.example.com', 'smtp.example.com', undefined],
    ['smtp.example.com:587', 'smtp.example.com', '587'],
    ['smtp.example.com 587', 'smtp.example.com', '587'],
    ['smtp.example.com : 587', 'smtp.example.com', '587'],
    ['  SMTP.Example.COM.  ', 'smtp.example.com', undefined],
    ['smtp.example.com..', 'smtp.example.com', undefined],
    ['smtp.example.com/', 'smtp.example.com', undefined],
    ['https://smtp.example.com', 'smtp.example.com', undefined],
    ['https://smtp.example.com/a/b?c#d', 'smtp.example.com', undefined],
    ['HTTP://smtp.example.com:2525/', 'smtp.example.com', '2525'],
    ['smtps://user@host.example:465/', 'host.example', '465'],
    ['smtps://user:p%40ss@host.example', 'host.example', '465'],
    ['smtp://host.example', 'host.example', undefined],
    ['https://b\u00fccher.example/', 'xn--bcher-kva.example', undefined],
    ['smtp.\u200bexample.com\u200b', 'smtp.example.com', undefined],
    ['\ufeffsmtp.example.com', 'smtp.example.com', undefined],
    ['\u00a0smtp.example.com\u00a0', 'smtp.example.com', undefined],
    ['smtp\u3002example\u3002com\u3002', 'smtp.example.com', undefined],
    ['192.0.2.1:25', '192.0.2.1', '25'],
    ['[2001:db8::1]:25', '2001:db8::1', '25'],
    ['[2001:db8::1]', '2001:db8::1', undefined],
    ['2001:db8::25', '2001:db8::25', undefined],
    ['smtp://[2001:db8::1]:25/', '2001:db8::1', '25'],
  ] as const) {
    it(`is understood: ${JSON.stringify(text)}`, () => {
      const understood = understoodHost(text);
      assert.equal(parseHost(understood.host).toString(), host);
      assert.equal(understood.port, port);
    });
  }

  for (const [text, reason] of [
    ['me@example.com', 'an e-mail address'],
    ['smtp.example.com:port', 'a port in words'],
    ['smtp.example.com other', 'two words'],
    ['http://', 'a scheme alone'],
    ['localhost', 'this machine'],
    ['127.1', 'an address in disguise'],
    ['0x7f000001', 'another one'],
    [`${'a'.repeat(3000)}.example`, 'far too long a name'],
  ] as const) {
    it(`is refused: ${reason}`, () => {
      assert.throws(() => parseHost(understoodHost(text).host), { name: 'AddressError' });
    });
  }

  it('gives its port to the field of the port, which says so if it had another one', () => {
    assert.deepEqual(move('a.example:25', ''), {
      errors: {},
      fields: { host: 'a.example', port: '25' },
    });
    assert.deepEqual(move('a.example:25', ' 25 ').errors, {});
    assert.deepEqual(move('a.example', '587').fields, { host: 'a.example', port: '587' });
    assert.deepEqual(move('a.example:25', '587'), {
      errors: { port: { key: 'form.two-ports', args: { port: '25', before: '587' } } },
      fields: { host: 'a.example', port: '25' },
    });
  });
});

function move(host: string, port: string) {
  const fields = { host, port };
  return { errors: movePort(fields, { host: 'host', port: 'port' }), fields };
}
