import assert from 'node:assert/strict';
import { DomainName, MailboxName } from '../../plugin/addresses/index.js';
import { outcome } from './outcome.js';

describe('a mailbox name', () => {
  const accepted: [why: string, text: string, expected: string][] = [
    ['is a word', 'jane', 'jane'],
    ['is in lower case', 'Jane.Doe', 'jane.doe'],
    ['may have an apostrophe', "o'neil", "o'neil"],
    ['may have hyphens and underscores', 'jane-anne_doe', 'jane-anne_doe'],
    ['may be a digit', '7', '7'],
    ['may have 64 octets', 'a'.repeat(64), 'a'.repeat(64)],
  ];
  for (const [why, text, expected] of accepted) {
    it(`${why}: ${text}`, () => {
      assert.equal(MailboxName.parse(text).toString(), expected);
    });
  }

  const refused: [why: string, text: string, reason: string][] = [
    ['is something', '', 'empty'],
    ['is no whole address', 'jane@example.test', 'mailbox-at'],
    ['has no tag: name+tag already reaches name', 'jane+tag', 'mailbox-plus'],
    ['has no slash: it becomes a folder', 'jane/doe', 'mailbox-slash'],
    ['names no other folder', '../jane', 'mailbox-slash'],
    ['is not dots', '..', 'local-part-dots'],
    ['has no two dots in a row', 'jane..doe', 'local-part-dots'],
    ['has no dot at the start', '.jane', 'local-part-dots'],
    ['has no dot at the end', 'jane.', 'local-part-dots'],
    ['starts with a letter or digit', '-jane', 'mailbox-edges'],
    ['ends with a letter or digit', 'jane_', 'mailbox-edges'],
    ['is no apostrophe', "'", 'mailbox-edges'],
    ['has no other atext', 'jane#doe', 'mailbox-characters'],
    ['has no routing character', 'jane%doe', 'mailbox-characters'],
    ['has no space', 'jane doe', 'mailbox-characters'],
    ['has no quotes', '"jane"', 'mailbox-characters'],
    ['has no line break', 'jane\n', 'mailbox-characters'],
    ['has no NUL', 'jane\u0000', 'mailbox-characters'],
    ['has no accent', 'jané', 'non-ascii-local-part'],
    ['has no letter that only lower-cases to ASCII', '\u212aim', 'non-ascii-local-part'],
    ['has no invisible character', 'ja\u200bne', 'invisible-characters'],
    ['has no 65 octets', 'a'.repeat(65), 'local-part-too-long'],
  ];
  for (const [why, text, reason] of refused) {
    it(`${why}: ${JSON.stringify(text)}`, () => {
      assert.equal(
        outcome(() => MailboxName.parse(text)),
        reason,
      );
    });
  }

  it('forms an address with a domain', () => {
    const address = MailboxName.parse('Jane').at(DomainName.parse('bücher.test'));
    assert.equal(address.toString(), 'jane@xn--bcher-kva.test');
    assert.equal(address.utf8, 'jane@bücher.test');
  });

  it('forms no address that is too long', () => {
    const domain = DomainName.parse(`${`${'b'.repeat(62)}.`.repeat(3)}test`);
    assert.equal(
      outcome(() => MailboxName.parse('a'.repeat(64)).at(domain)),
      'too-long',
    );
  });

  it('equals the same name in other cases only', () => {
    assert.equal(MailboxName.parse('jane').equals(MailboxName.parse('JANE')), true);
    assert.equal(MailboxName.parse('jane').equals(MailboxName.parse('jan')), false);
  });
});
