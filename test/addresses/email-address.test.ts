import assert from 'node:assert/strict';
import { EmailAddress } from '../../plugin/addresses/index.js';
import { outcome } from './outcome.js';

const LOCAL_64 = 'a'.repeat(64);
const DOMAIN_189 = `${`${'b'.repeat(62)}.`.repeat(2)}${'c'.repeat(63)}`;

describe('an e-mail address', () => {
  const accepted: [why: string, text: string, expected: string][] = [
    ['has a local part and a domain', 'jane@example.test', 'jane@example.test'],
    ['is in lower case', 'Jane.DOE@Example.TEST', 'jane.doe@example.test'],
    ['may have a tag', 'jane+tag@example.test', 'jane+tag@example.test'],
    ['may have an apostrophe', "o'neil@example.test", "o'neil@example.test"],
    ['may have all other atext', '#$&*=?^_`{|}~/-@example.test', '#$&*=?^_`{|}~/-@example.test'],
    ['may be one letter at a short domain', 'a@b.c', 'a@b.c'],
    ['may be digits', '123@example.test', '123@example.test'],
    ['may have 64 octets before the at sign', `${LOCAL_64}@b.test`, `${LOCAL_64}@b.test`],
    ['may have 254 octets', `${LOCAL_64}@${DOMAIN_189}`, `${LOCAL_64}@${DOMAIN_189}`],
    ['has its domain in A-labels', 'jane@BÜCHER.test', 'jane@xn--bcher-kva.test'],
  ];
  for (const [why, text, expected] of accepted) {
    it(`${why}: ${text.slice(0, 40)}`, () => {
      const address = EmailAddress.parse(text);
      assert.equal(address.toString(), expected);
      assert.equal(`${address.localPart}@${address.domain.ascii}`, expected);
    });
  }

  it('has a UTF-8 form when its domain has one', () => {
    const address = EmailAddress.parse('jane@xn--bcher-kva.test');
    assert.equal(address.utf8, 'jane@bücher.test');
    assert.equal(address.toUnicode(), 'jane@bücher.test');
  });

  it('has no UTF-8 form when its domain is ASCII', () => {
    const address = EmailAddress.parse('jane@example.test');
    assert.equal(address.utf8, undefined);
    assert.equal(address.toUnicode(), 'jane@example.test');
  });

  it('equals every spelling of itself and no other address', () => {
    const address = EmailAddress.parse('jane@bücher.test');
    assert.equal(address.equals(EmailAddress.parse('JANE@XN--BCHER-KVA.test')), true);
    assert.equal(address.equals(EmailAddress.parse('jane+tag@bücher.test')), false);
    assert.equal(address.equals(EmailAddress.parse('jane@bucher.test')), false);
  });
});

describe('an invalid e-mail address', () => {
  const refused: [why: string, text: string, reason: string][] = [
    ['nothing', '', 'empty'],
    ['no at sign', 'example.test', 'no-at'],
    ['a full-width at sign', 'jane＠example.test', 'no-at'],
    ['nothing before the at sign', '@example.test', 'no-local-part'],
    ['nothing after the at sign', 'jane@', 'no-domain'],
    ['only an at sign', '@', 'no-local-part'],
    ['two at signs', 'jane@home@example.test', 'local-part-characters'],
    ['a source route', '@a.test:jane@example.test', 'local-part-characters'],
    ['a quoted local part', '"jane"@example.test', 'quoted'],
    ['a quoted space', '"jane doe"@example.test', 'quoted'],
    ['a quoted at sign', '"jane@home"@example.test', 'quoted'],
    ['a backslash', String.raw`jane\ doe@example.test`, 'quoted'],
    ['an accent in the local part', 'jané@example.test', 'non-ascii-local-part'],
    ['a Cyrillic letter in the local part', 'jаne@example.test', 'non-ascii-local-part'],
    ['a full-width letter in the local part', 'ｊane@example.test', 'non-ascii-local-part'],
    ['a dotless i in the local part', 'admın@example.test', 'non-ascii-local-part'],
    ['a Kelvin sign in the local part', '\u212aim@example.test', 'non-ascii-local-part'],
    ['a soft hyphen in the local part', 'ja\u00adne@example.test', 'invisible-characters'],
    ['a zero-width space in the local part', 'ja\u200bne@example.test', 'invisible-characters'],
    ['a route with a percent sign', 'jane%other.test@example.test', 'routing-character'],
    ['a route with an exclamation mark', 'other.test!jane@example.test', 'routing-character'],
    ['an option', '-oMr@example.test', 'local-part-start'],
    ['a command', '|id@example.test', 'local-part-start'],
    ['a file', '/etc/passwd@example.test', 'local-part-start'],
    ['a dot at the start', '.jane@example.test', 'local-part-dots'],
    ['a dot before the at sign', 'jane.@example.test', 'local-part-dots'],
    ['two dots in a row', 'jane..doe@example.test', 'local-part-dots'],
    ['a space before', ' jane@example.test', 'local-part-characters'],
    ['a space after', 'jane@example.test ', 'domain-characters'],
    ['a space within', 'jane doe@example.test', 'local-part-characters'],
    ['a comment', 'jane(home)@example.test', 'local-part-characters'],
    ['a name with angle brackets', 'Jane <jane@example.test>', 'local-part-characters'],
    ['a list', 'jane@example.test,joe@example.test', 'local-part-characters'],
    ['a second line', 'jane\n@example.test', 'local-part-characters'],
    ['a second line after the domain', 'jane@example.test\nx', 'domain-characters'],
    ['NUL in the local part', 'jane\u0000@example.test', 'local-part-characters'],
    ['DEL in the local part', 'jane\u007f@example.test', 'local-part-characters'],
    ['65 octets before the at sign', `a${LOCAL_64}@b.test`, 'local-part-too-long'],
    ['255 octets', `${LOCAL_64}@b.${DOMAIN_189.slice(1)}`, 'too-long'],
    ['255 octets once in A-labels', `${LOCAL_64}@é.${DOMAIN_189.slice(7)}`, 'too-long'],
    ['an address literal', 'jane@[192.0.2.1]', 'domain-is-ip'],
    ['an IPv6 address literal', 'jane@[IPv6:2001:db8::1]', 'domain-is-ip'],
    ['an IPv4 address as domain', 'jane@192.0.2.1', 'domain-is-ip'],
    ['a single label as domain', 'jane@localhost', 'domain-single-label'],
    ['a dot after the domain', 'jane@example.test.', 'domain-trailing-dot'],
    ['a zero-width space in the domain', 'jane@exa\u200bmple.test', 'invisible-characters'],
    ['a domain with a false A-label', 'jane@xn--a.test', 'domain-invalid-idn'],
  ];
  for (const [why, text, reason] of refused) {
    it(`is rejected: ${why}: ${JSON.stringify(text.slice(0, 40))}`, () => {
      assert.equal(
        outcome(() => EmailAddress.parse(text)),
        reason,
      );
    });
  }
});
