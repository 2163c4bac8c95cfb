import assert from 'node:assert/strict';
import { AddressError, DomainName } from '../../plugin/addresses/index.js';
import { outcome } from './outcome.js';

const LABEL_63 = 'a'.repeat(63);
const NAME_253 = `${LABEL_63}.${LABEL_63}.${LABEL_63}.${'b'.repeat(61)}`;

describe('a domain name', () => {
  const accepted: [why: string, text: string, ascii: string, unicode?: string][] = [
    ['in lower case is itself', 'example.test', 'example.test'],
    ['in upper case is the same name', 'EXAMPLE.Test', 'example.test'],
    ['may have many labels', 'a.b.c.d.example.test', 'a.b.c.d.example.test'],
    ['may start with a digit', '3com.test', '3com.test'],
    ['may be digits before the last label', '123.456.test', '123.456.test'],
    ['may have hyphens within a label', 'r3---sn-4g5e.test', 'r3---sn-4g5e.test'],
    ['may have a label of 63 octets', `${LABEL_63}.test`, `${LABEL_63}.test`],
    ['may have 253 octets', NAME_253, NAME_253],
    ['has an A-label for each U-label', 'bücher.test', 'xn--bcher-kva.test', 'bücher.test'],
    ['has a U-label for each A-label', 'xn--bcher-kva.test', 'xn--bcher-kva.test', 'bücher.test'],
    ['has A-labels in any case', 'XN--BCHER-KVA.test', 'xn--bcher-kva.test', 'bücher.test'],
    ['folds case beyond ASCII', 'BÜCHER.test', 'xn--bcher-kva.test', 'bücher.test'],
    ['composes decomposed letters', 'bu\u0308cher.test', 'xn--bcher-kva.test', 'bücher.test'],
    ['keeps sharp s apart from ss', 'straße.test', 'xn--strae-oqa.test', 'straße.test'],
    ['keeps Cyrillic apart from Latin', 'ехample.test', 'xn--ample-ywe6i.test', 'ехample.test'],
    ['accepts the ideographic full stop', '例え。テスト', 'xn--r8jz45g.xn--zckzah', '例え.テスト'],
    ['takes the full-width full stop', 'example．test', 'example.test'],
    ['accepts the half-width full stop', 'example｡test', 'example.test'],
    ['accepts full-width letters', 'ｅxample.test', 'example.test'],
    ['may be written from right to left', 'דוגמה.test', 'xn--6dbbec0c.test', 'דוגמה.test'],
    ['may have an A-label at the end', 'example.xn--p1ai', 'example.xn--p1ai', 'example.рф'],
  ];
  for (const [why, text, ascii, unicode = ascii] of accepted) {
    it(`${why}: ${shown(text)}`, () => {
      const name = DomainName.parse(text);
      assert.equal(name.ascii, ascii);
      assert.equal(name.toString(), ascii);
      assert.equal(name.unicode, unicode);
      assert.equal(name.utf8, unicode === ascii ? undefined : unicode);
    });
  }

  it('equals every spelling of itself and no other name', () => {
    const name = DomainName.parse('bücher.test');
    assert.equal(name.equals(DomainName.parse('XN--BCHER-KVA.TEST')), true);
    assert.equal(name.equals(DomainName.parse('bucher.test')), false);
  });
});

describe('an invalid domain name', () => {
  const refused: [why: string, text: string, reason: string][] = [
    ['nothing', '', 'empty'],
    ['a single label', 'localhost', 'domain-single-label'],
    ['a single A-label', 'xn--bcher-kva', 'domain-single-label'],
    ['a dot at the end', 'example.test.', 'domain-trailing-dot'],
    ['an ideographic full stop at the end', 'example.test。', 'domain-trailing-dot'],
    ['a single label with a dot at the end', 'localhost.', 'domain-trailing-dot'],
    ['only a dot', '.', 'domain-empty-label'],
    ['an empty first label', '.example.test', 'domain-empty-label'],
    ['an empty middle label', 'example..test', 'domain-empty-label'],
    ['an empty last label', 'example.test..', 'domain-empty-label'],
    ['a label of 64 octets', `${LABEL_63}a.test`, 'domain-label-too-long'],
    ['an A-label of over 63 octets', `${'é'.repeat(60)}.test`, 'domain-label-too-long'],
    ['a name of 254 octets', `${NAME_253}b`, 'domain-too-long'],
    ['a name of a megabyte', 'a.'.repeat(2 ** 19), 'domain-too-long'],
    ['an underscore', '_dmarc.example.test', 'domain-characters'],
    ['a full-width underscore', 'a＿b.test', 'domain-characters'],
    ['a hyphen at a start', '-example.test', 'domain-hyphen'],
    ['a hyphen at an end', 'example-.test', 'domain-hyphen'],
    ['a hyphen at the end of the last label', 'example.test-', 'domain-hyphen'],
    ['a space before', ' example.test', 'domain-characters'],
    ['a space after', 'example.test ', 'domain-characters'],
    ['a space within', 'exa mple.test', 'domain-characters'],
    ['a no-break space', 'exa\u00a0mple.test', 'domain-invalid-idn'],
    ['a tab, which URLs drop', 'exa\tmple.test', 'domain-characters'],
    ['a line feed, which URLs drop', 'example.test\n', 'domain-characters'],
    ['NUL', 'example.test\u0000', 'domain-characters'],
    ['NEL', 'exa\u0085mple.test', 'domain-invalid-idn'],
    ['a line separator', 'exa\u2028mple.test', 'domain-invalid-idn'],
    ['a percent-encoded letter, which URLs decode', 'ex%61mple.test', 'domain-characters'],
    ['a path', 'example.test/x', 'domain-characters'],
    ['a fragment', 'example.test#x', 'domain-characters'],
    ['a port', 'example.test:25', 'domain-characters'],
    ['a user', 'user@example.test', 'domain-characters'],
    ['a wildcard', '*.example.test', 'domain-characters'],
    ['a zero-width space', 'exa\u200bmple.test', 'invisible-characters'],
    ['a zero-width joiner', 'exa\u200dmple.test', 'invisible-characters'],
    ['a zero-width non-joiner', 'نامه\u200cای.test', 'invisible-characters'],
    ['an A-label with a zero-width non-joiner', 'xn--mgba3gch31f060k.test', 'invisible-characters'],
    ['a soft hyphen', 'exa\u00admple.test', 'invisible-characters'],
    ['a byte order mark', '\ufeffexample.test', 'invisible-characters'],
    ['a word joiner', 'exa\u2060mple.test', 'invisible-characters'],
    ['a variation selector', '❤\ufe0f.test', 'invisible-characters'],
    ['a combining grapheme joiner', 'exa\u034fmple.test', 'invisible-characters'],
    ['a right-to-left override', 'exa\u202emple.test', 'invisible-characters'],
    ['a capital sharp s, ss or ß by Unicode version', 'STRAẞE.test', 'domain-characters'],
    ['an A-label that decodes to nothing known', 'xn--a.test', 'domain-invalid-idn'],
    ['an A-label without a rest', 'xn--.test', 'domain-invalid-idn'],
    ['an A-label that decodes to ASCII', 'xn--example-.test', 'domain-hyphen'],
    ['an A-label of a capital letter', 'xn--wca.test', 'domain-invalid-idn'],
    ['an A-label that decodes to an A-label', 'xn--xn---epa.test', 'domain-invalid-idn'],
    ['an A-label with a letter beyond ASCII', 'xn--iñvalid.test', 'domain-invalid-idn'],
    ['a label that starts with a combining mark', '\u0308a.test', 'domain-invalid-idn'],
    ['mixed directions in a label', 'aד.test', 'domain-invalid-idn'],
    ['half a surrogate pair', '\ud800.test', 'domain-invalid-idn'],
    ['a replacement character', '\ufffd.test', 'domain-invalid-idn'],
    ['an account-of sign, which maps to a/c', '℀.test', 'domain-invalid-idn'],
    ['a two-dot leader, which maps to ..', '‥a.test', 'domain-invalid-idn'],
    ['a numeric last label', 'example.123', 'domain-number'],
    ['a hexadecimal last label', 'example.0x7f', 'domain-number'],
    ['five numbers', '1.2.3.4.5', 'domain-number'],
    ['an IPv4 address', '192.0.2.1', 'domain-is-ip'],
    ['an IPv4 address with a dot at the end', '192.0.2.1.', 'domain-is-ip'],
    ['a short IPv4 address', '127.1', 'domain-is-ip'],
    ['an IPv4 address as one number', '2130706433', 'domain-is-ip'],
    ['an octal IPv4 address', '0177.0.0.1', 'domain-is-ip'],
    ['a hexadecimal IPv4 address', '0x7f000001', 'domain-is-ip'],
    ['numbers that are too large for IPv4', '999.999.999.999', 'domain-is-ip'],
    ['an IPv4 address in full-width digits', '１２７.0.0.1', 'domain-is-ip'],
    ['an IPv4 address in circled digits', '①②⑦.⓪.⓪.①', 'domain-is-ip'],
    ['an IPv4 address with ideographic full stops', '127。0。0。1', 'domain-is-ip'],
    ['an IPv6 address', '2001:db8::1', 'domain-is-ip'],
    ['an IPv6 address with a zone', 'fe80::1%lo', 'domain-is-ip'],
    ['an address literal', '[192.0.2.1]', 'domain-is-ip'],
    ['an IPv6 address literal', '[IPv6:2001:db8::1]', 'domain-is-ip'],
  ];
  for (const [why, text, reason] of refused) {
    it(`is rejected: ${why}: ${shown(text)}`, () => {
      assert.equal(
        outcome(() => DomainName.parse(text)),
        reason,
      );
    });
  }

  it('reports the locale key of a sentence', () => {
    assert.equal(new AddressError('domain-hyphen').key, 'errors.address.domain-hyphen');
  });
});

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}
