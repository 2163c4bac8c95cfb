import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import * as fc from 'fast-check';
import { outcome } from './outcome.js';
import { parsers } from './parsers.js';

const { DomainName, EmailAddress, HostName, IpAddress, MailboxName } = parsers;

const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }));
/** Characters that parsers often get wrong. */
const oddPiece = fc.constantFrom(
  ...'a Z 9 0x7f . .. 。 ． @ - -- xn-- _ + % / : :: [ ] ffff'.split(' '),
  ...'é ß ẞ İ ς ー 例 ד ع ١ １ ① 💩 e\u0301 \u212a'.split(' '),
  ...' |\t|\n|\u0000|\u00a0|\u00ad|\u200b|\u200d|\ufeff|\ud800'.split('|'),
);
const oddText = fc
  .array(fc.oneof({ weight: 4, arbitrary: oddPiece }, { weight: 1, arbitrary: anyText }))
  .map((pieces) => pieces.join(''));
const text = fc.oneof(anyText, oddText);

const letter = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCXYZ0189'.split(''));
const foreign = fc.constantFrom(...'éüñçßøłżčğăđþœбгджλςωאבגעربतคあ例字한'.split(''), '💩');
const word = fc.string({ unit: fc.oneof(letter, letter, foreign), minLength: 1, maxLength: 12 });
const domainText = fc
  .tuple(fc.array(word, { minLength: 1, maxLength: 4 }), fc.constantFrom('test', 'рф', 'テスト'))
  .map(([labels, last]) => [...labels, last].join('.'));
const localPart = fc.string({
  unit: fc.constantFrom(..."abcXYZ019.+_-'#~".split('')),
  minLength: 1,
  maxLength: 20,
});
const ipText = fc.oneof(fc.ipV4(), fc.ipV6());

for (const [name, parser] of Object.entries(parsers)) {
  describe(`any text as ${name}`, () => {
    it('is parsed, or rejected with a reason', () => {
      fc.assert(
        fc.property(text, (any) => {
          assert.doesNotThrow(() => outcome(() => parser.parse(any)));
        }),
      );
    });

    it('has an ASCII form in lower case that parses to itself', () => {
      const likely = fc.oneof(text, domainText, localPart, ipText);
      fc.assert(
        fc.property(likely, (any) => {
          if (!accepts(parser, any)) {
            return;
          }
          const stored = parser.parse(any).toString();
          assert.match(stored, /^[!-@[-~]+$/);
          assert.equal(parser.parse(stored).toString(), stored);
        }),
      );
    });
  });
}

describe('any domain name', () => {
  it('is the same name in A-labels, U-labels and capitals', () => {
    fc.assert(
      fc.property(domainText, (any) => {
        fc.pre(accepts(DomainName, any));
        const name = DomainName.parse(any);
        assert.ok(DomainName.parse(name.ascii).equals(name));
        assert.ok(DomainName.parse(name.ascii.toUpperCase()).equals(name));
        assert.ok(DomainName.parse(name.unicode).equals(name));
        assert.equal(DomainName.parse(name.unicode).unicode, name.unicode);
        assert.ok(HostName.parse(name.unicode).equals(HostName.parse(name.ascii)));
      }),
    );
  });

  it('has a UTF-8 form exactly when it is not ASCII', () => {
    fc.assert(
      fc.property(domainText, (any) => {
        fc.pre(accepts(DomainName, any));
        const name = DomainName.parse(any);
        assert.equal(name.utf8 === undefined, /^\p{ASCII}*$/u.test(name.unicode));
        assert.equal(name.utf8 === undefined, !/(?:^|\.)xn--/.test(name.ascii));
      }),
    );
  });

  it('is rejected with an invisible character', () => {
    const invisible = fc.constantFrom('\u00ad', '\u200b', '\u200d', '\u2060', '\ufe0f', '\ufeff');
    fc.assert(
      fc.property(domainText, invisible, fc.nat(), (any, character, place) => {
        fc.pre(accepts(DomainName, any));
        const at = place % (any.length + 1);
        const spoilt = any.slice(0, at) + character + any.slice(at);
        assert.equal(accepts(DomainName, spoilt), false);
      }),
    );
  });
});

describe('any e-mail address', () => {
  it('is the same address in both forms of its domain and in capitals', () => {
    fc.assert(
      fc.property(localPart, domainText, (local, domain) => {
        fc.pre(accepts(EmailAddress, `${local}@${domain}`));
        const address = EmailAddress.parse(`${local}@${domain}`);
        assert.ok(EmailAddress.parse(address.toString().toUpperCase()).equals(address));
        assert.ok(EmailAddress.parse(address.toUnicode()).equals(address));
        assert.equal(address.utf8 ?? address.toString(), address.toUnicode());
      }),
    );
  });

  it('of a mailbox name consists of that name and the domain', () => {
    fc.assert(
      fc.property(localPart, domainText, (local, domain) => {
        fc.pre(accepts(MailboxName, local) && accepts(DomainName, domain));
        const address = MailboxName.parse(local).at(DomainName.parse(domain));
        assert.ok(address.equals(EmailAddress.parse(`${local}@${domain}`)));
      }),
    );
  });
});

describe('any IP address', () => {
  const nearlyIp = fc.oneof(
    ipText,
    fc
      .array(
        fc.constantFrom('0', '1', 'ffff', '00001', ':', '::', '.', '1.2.3.4', '01', '256', '%'),
      )
      .map((pieces) => pieces.join('')),
    fc.array(fc.constantFrom('0', '1', 'db8', 'FFFF', '', '1.2.3.4')).map((all) => all.join(':')),
  );

  it('is one that the operating system accepts, without zones', () => {
    fc.assert(
      fc.property(nearlyIp, (any) => {
        assert.equal(accepts(IpAddress, any), isIP(any) !== 0 && !any.includes('%'));
      }),
      { numRuns: 2000 },
    );
  });

  it('is written as in a URL in version 6', () => {
    fc.assert(
      fc.property(fc.ipV6(), (any) => {
        const address = IpAddress.parse(any);
        const expected = new URL(`http://[${any}]/`).hostname;
        assert.equal(address.version === 6 ? address.smtpLiteral() : expected, expected);
      }),
    );
  });

  it('is public with an embedded IPv4 address only if that address is public', () => {
    const prefix = fc.constantFrom('::', '::ffff:0:', '64:ff9b::', '64:ff9b:1::', '2600::5efe:');
    fc.assert(
      fc.property(prefix, fc.ipV4(), (before, ipv4) => {
        assert.notEqual(IpAddress.parse(before + ipv4).range, 'public');
        assert.equal(IpAddress.parse(`::ffff:${ipv4}`).range, IpAddress.parse(ipv4).range);
      }),
    );
  });
});

function accepts(parser: { parse(any: string): unknown }, any: string): boolean {
  return outcome(() => parser.parse(any)) === 'accepted';
}
