import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  mostReplyOctets,
  replyText,
  shortenedReplyText,
} from '../../plugin/mail-server/reply-text.js';

const rows: readonly (readonly [text: string, reply: string, why: string])[] = [
  ["L'adresse a été supprimée", "L'adresse a ete supprimee", 'accents'],
  ['L’œuvre «Straße» – “Ÿ” — …', 'L\'oeuvre <<Strasse>> - "Y" - ...', 'ligatures, quotes, dashes'],
  ['supprime\u0301', 'supprime', 'a combining accent'],
  ['Адрес удалён', 'Adres udalen', 'Cyrillic'],
  ['地址不存在', 'DeZhiBuCunZai', 'Chinese'],
  ['العنوان', 'l`nwn', 'Arabic'],
  ['a\u00a0b\u202fc  d', 'a b c d', 'spaces of all kinds'],
  ['⛔ Gone', ':no_entry: Gone', 'a sign that has a name'],
  ['Gone.', 'Gone.', 'nothing to change'],
];

describe('a text in an SMTP reply', () => {
  for (const [text, reply, why] of rows) {
    it(`is transliterated to ASCII: ${why}`, () => assert.equal(replyText(text), reply));
  }

  it('consists of printable ASCII within the limit, whatever the text is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => {
        assert.match(
          shortenedReplyText(text),
          new RegExp(`^(?:[!-~](?:[ -~]{0,${mostReplyOctets - 2}}[!-~])?)?$`),
        );
      }),
    );
  });

  it('leaves room for the longest recipient in a line of 512 octets', () => {
    const line = `550 5.1.1 <${'r'.repeat(254)}>: Recipient address rejected: \r\n`;
    assert.equal(line.length + mostReplyOctets, 512);
  });

  it('is cut at a word when it was accepted before there was a limit', () => {
    const text = `${'mot '.repeat(53)}débordement`;
    assert.equal(shortenedReplyText(text), `${'mot '.repeat(52).trim()}...`);
  });
});
