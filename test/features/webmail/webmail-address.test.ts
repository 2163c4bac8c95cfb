import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  WebmailAddress,
  WebmailAddressError,
} from '../../../plugin/panel/directory/webmail-address.js';

const place = { domain: 'xn--bcher-kva.example', mailbox: 'a+b/c?&#%@xn--bcher-kva.example' };
const encoded = 'a%2Bb%2Fc%3F%26%23%25%40xn--bcher-kva.example';

describe('the address of a webmail', () => {
  const accepted: readonly [why: string, typed: string, stored: string, filled: string][] = [
    ['a path', 'https://{domain}/mail', 'https://{domain}/mail', `https://${place.domain}/mail`],
    ['no path', 'https://mail.{domain}', 'https://mail.{domain}/', `https://mail.${place.domain}/`],
    [
      'a domain within the host',
      'https://a.{domain}.b.example/',
      'https://a.{domain}.b.example/',
      `https://a.${place.domain}.b.example/`,
    ],
    [
      'upper case and the usual port',
      'HTTPS://Mail.Example.COM:443/A',
      'https://mail.example.com/A',
      'https://mail.example.com/A',
    ],
    ['unencrypted', 'http://x.example:80/', 'http://x.example/', 'http://x.example/'],
    [
      'another port',
      'https://{domain}:8443',
      'https://{domain}:8443/',
      `https://${place.domain}:8443/`,
    ],
    [
      'an IDN',
      'https://bücher.example/',
      'https://xn--bcher-kva.example/',
      'https://xn--bcher-kva.example/',
    ],
    ['IPv4', 'https://192.0.2.1:8/x', 'https://192.0.2.1:8/x', 'https://192.0.2.1:8/x'],
    ['IPv6', 'https://[2001:DB8::1]/', 'https://[2001:db8::1]/', 'https://[2001:db8::1]/'],
    ['a trailing dot', 'https://x.example./', 'https://x.example/', 'https://x.example/'],
    [
      'the mailbox in the query',
      'https://x.example/?u={mailbox}&d={domain}',
      'https://x.example/?u={mailbox}&d={domain}',
      `https://x.example/?u=${encoded}&d=${place.domain}`,
    ],
    [
      'the mailbox in the path and the fragment',
      'https://x.example/{mailbox}/#{mailbox}',
      'https://x.example/{mailbox}/#{mailbox}',
      `https://x.example/${encoded}/#${encoded}`,
    ],
    ['a query at once', 'https://x.example?a', 'https://x.example/?a', 'https://x.example/?a'],
    [
      'the own host at another port',
      'https://webmail.{domain}:8443/',
      'https://webmail.{domain}:8443/',
      `https://webmail.${place.domain}:8443/`,
    ],
  ];
  for (const [why, typed, stored, filled] of accepted) {
    it(`accepts ${why}: ${typed}`, () => {
      const address = WebmailAddress.parse(` ${typed} `);
      assert.equal(String(address), stored);
      assert.equal(String(WebmailAddress.parse(stored)), stored);
      assert.equal(address.urlFor(place), filled);
      assert.equal(address.isUnencrypted, filled.startsWith('http:'));
    });
  }

  const refused: readonly [typed: string, reason: string][] = [
    ['', 'scheme'],
    ['x.example', 'scheme'],
    ['javascript:alert(1)', 'scheme'],
    ['JaVaScRiPt://x.example/%0aalert(1)', 'scheme'],
    ['data:text/html,x', 'scheme'],
    ['ftp://x.example/', 'scheme'],
    ['//x.example/', 'scheme'],
    ['https:/x.example/', 'scheme'],
    ['{domain}://x.example/', 'scheme'],
    ['https://user@x.example/', 'user'],
    ['https://user:password@x.example/', 'user'],
    ['https://{mailbox}@x.example/', 'user'],
    ['https://{domain}@evil.example/', 'user'],
    ['https://x.example\\@evil.example/', 'characters'],
    ['https://x.example/a b', 'characters'],
    ['https://x.example/\r\nSet-Cookie: a', 'characters'],
    ['https://x.example/\u202e', 'characters'],
    ['https://x.example/"><script>', 'characters'],
    ['https://x.example/%zz', 'characters'],
    ['https://x.example/%{domain}', 'characters'],
    ['https://x.example/%4{domain}', 'characters'],
    ['https://x.example/{user}', 'placeholder'],
    ['https://x.example/{{domain}}', 'placeholder'],
    ['https://x.example/{Domain}', 'placeholder'],
    ['https://x{domain}/', 'domain-label'],
    ['https://{domain}x.example/', 'domain-label'],
    ['https://mail-{domain}/', 'domain-label'],
    ['https://{domain}.{domain}/', 'domain-label'],
    ['https://{mailbox}/', 'mailbox-in-host'],
    ['https://{mailbox}.x.example/', 'mailbox-in-host'],
    ['https:///x', 'host'],
    ['https://localhost/', 'host'],
    ['https://127.1/', 'host'],
    ['https://::1/', 'host'],
    ['https://[192.0.2.1]/', 'host'],
    ['https://x_y.example/', 'host'],
    ['https://%65vil.example/', 'host'],
    ['https://x.example:port/', 'host'],
    ['https://x.example:{domain}/', 'domain-label'],
    ['https://x.example:0/', 'port'],
    ['https://x.example:65536/', 'port'],
    ['https://webmail.{domain}/', 'itself'],
    ['http://WebMail.{domain}:80/x', 'itself'],
  ];
  for (const [typed, reason] of refused) {
    it(`refuses ${JSON.stringify(typed)}: ${reason}`, () => {
      assert.throws(
        () => WebmailAddress.parse(typed),
        (error) =>
          error instanceof WebmailAddressError && error.key === `webmail.errors.address-${reason}`,
      );
    });
  }

  it('keeps its host, whatever the mailbox is and wherever it stands', () => {
    const templates = [
      'https://x.example/{mailbox}',
      'https://x.example/a/{mailbox}/../{mailbox}?{mailbox}#{mailbox}',
      'http://mail.{domain}:8080/?q={mailbox}{mailbox}',
    ].map((text) => WebmailAddress.parse(text));
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (mailbox) => {
        for (const template of templates) {
          const before = new URL(template.urlFor({ domain: 'a.example' }));
          const { origin, username, search, hash } = new URL(
            template.urlFor({ domain: 'a.example', mailbox }),
          );
          assert.equal(origin, before.origin);
          assert.equal(username, '');
          assert.ok(!search.slice(1).includes('#') && !hash.slice(1).includes('#'));
        }
      }),
    );
  });

  it('never throws anything but its own refusal, and what it accepts it accepts again', () => {
    const piece = fc.constantFrom(
      ...'https:// http:// {domain} {mailbox} . / ? # : @ %41 % a example [ ] ::1 80 \\ { } é 。'.split(
        ' ',
      ),
      ' ',
      '\ud800',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        for (const text of [pieces.join(''), `https://${pieces.join('')}`]) {
          try {
            const stored = String(WebmailAddress.parse(text));
            assert.equal(String(WebmailAddress.parse(stored)), stored);
            const url = new URL(WebmailAddress.parse(stored).urlFor(place));
            assert.match(url.protocol, /^https?:$/);
            assert.equal(url.username + url.password, '');
          } catch (error) {
            assert.ok(error instanceof WebmailAddressError, text);
          }
        }
      }),
      { numRuns: 3000 },
    );
  });
});
