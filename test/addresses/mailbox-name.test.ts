import assert from 'node:assert/strict';
import { DomainName, MailboxName } from '../../plugin/addresses/index.js';
import { type Row, itRejects, outcome, rowsOf } from './outcome.js';

describe('a mailbox name', () => {
  const accepted: Row[] = [
    ...rowsOf('mailbox-name', 'accepted'),
    ['may have 64 octets', 'a'.repeat(64), 'a'.repeat(64)],
  ];
  for (const [why, text, expected] of accepted) {
    it(`${why}: ${text}`, () => {
      assert.equal(MailboxName.parse(text).toString(), expected);
    });
  }

  const refused: Row[] = [
    ...rowsOf('mailbox-name', 'refused'),
    ['has no 65 octets', 'a'.repeat(65), 'local-part-too-long'],
  ];
  itRejects((text) => MailboxName.parse(text), refused);

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
