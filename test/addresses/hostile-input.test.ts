import assert from 'node:assert/strict';
import { EmailAddress, HostName, IpAddress } from '../../plugin/addresses/index.js';
import { outcome } from './outcome.js';
import { parsers } from './parsers.js';
import * as vectors from './vectors.js';

describe('addresses from the isemail collection', () => {
  const cases = vectors.isemailCases();
  const outcomes = vectors.isemailOutcomes();

  it('have an expected outcome each', () => {
    assert.equal(cases.length, 164);
    assert.deepEqual(
      cases.map(({ id }) => id),
      Object.keys(outcomes),
    );
  });

  for (const { id, address, category } of cases) {
    it(`have the expected outcome: ${id} ${JSON.stringify(address.slice(0, 40))}`, () => {
      const decision = outcome(() => EmailAddress.parse(address));
      assert.equal(decision, outcomes[id]);
      if (decision === 'accepted') {
        assert.match(category, /^ISEMAIL_(?:VALID_CATEGORY|DNSWARN)$/);
      }
    });
  }
});

describe('spellings of one address', () => {
  const { base, variants } = vectors.identityCollisions();
  const decisions: Record<string, string> = {
    'ADMIN@example.test': 'same',
    'admin@EXAMPLE.test': 'same',
    'ádmin@example.test': 'non-ascii-local-part',
    'admın@example.test': 'non-ascii-local-part',
    'ａdmin@example.test': 'non-ascii-local-part',
    'admin@example.test ': 'domain-characters',
    'admin@example.test\u0000': 'domain-characters',
    'ad\u00admin@example.test': 'invisible-characters',
    // UTS #46 maps both, so every browser and mail program reads them as the base's domain.
    'admin@ｅxample.test': 'same',
    'admin@example\u3002test': 'same',
    'admin@exa\u200bmple.test': 'invisible-characters',
    'admin@example.test.': 'domain-trailing-dot',
    'admin@xn--example-.test': 'domain-hyphen',
    'аdmin@example.test': 'non-ascii-local-part',
    'admin+tag@example.test': 'different',
    '"admin"@example.test': 'quoted',
  };

  it('have an expected outcome each', () => {
    assert.deepEqual(Object.keys(decisions).toSorted(), variants.toSorted());
  });

  for (const variant of variants) {
    it(`are the same, different or rejected: ${JSON.stringify(variant)}`, () => {
      assert.equal(compared(base, variant), decisions[variant]);
    });
  }
});

describe('hosts from the SSRF collection', () => {
  // Names are only checked once they are resolved: their addresses are refused.
  const names = [
    '127.0.0.1.nip.io',
    '127-0-0-1.nip.io',
    '7f000001.nip.io',
    'metadata.google.internal',
  ];

  for (const { host, expected } of vectors.ssrfHosts()) {
    it(`are public only where expected (${expected}): ${JSON.stringify(host)}`, () => {
      assert.equal(isPublic(host), expected === 'allow');
      assert.equal(outcome(() => HostName.parse(host)) === 'accepted', names.includes(host));
    });
  }
});

describe('configuration injections', () => {
  const values = vectors.configInjections();

  it('are rejected as whole texts, except one unusual address', () => {
    assert.deepEqual(parsed(values), ['*@other.test']);
  });

  it('leave no separators, quotes or line ends in parsed values', () => {
    const texts = parsed(
      values.flatMap((value) => [`${value}@x.test`, `a@${value}`, `a${value}.test`]),
    );
    assert.deepEqual(texts, HARMLESS);
    for (const text of texts) {
      assert.doesNotMatch(text, /[\p{C}\s,"\\]|: /u);
    }
  });
});

/** Plain names, and atext with a meaning in the syntax of other programs only. */
const HARMLESS = [
  '$mydomain@x.test',
  '${mail_version}@x.test',
  '*@x.test',
  'a*@other.test.test',
  'a-omr.test',
  'a.other.test.test',
  'a@other.test.test',
  '{plain}pw@x.test',
];

describe('naughty strings', () => {
  it('are parsed or rejected without another error, in every position', () => {
    const texts = vectors
      .naughtyStrings()
      .flatMap((text) => [text, `${text}@x.test`, `a@${text}`, `a@${text}.test`, `${text}.test`]);
    assert.ok(texts.length > 2000);
    for (const text of texts) {
      for (const parser of Object.values(parsers)) {
        outcome(() => parser.parse(text));
      }
    }
  });
});

/** The stored form of each text, as each parser makes it. */
function parsed(texts: readonly string[]): string[] {
  const stored = Object.values(parsers).flatMap((parser) =>
    texts
      .filter((text) => outcome(() => parser.parse(text)) === 'accepted')
      .map((text) => parser.parse(text).toString()),
  );
  return [...new Set(stored)].toSorted();
}

function compared(base: string, variant: string): string {
  const decision = outcome(() => EmailAddress.parse(variant));
  if (decision !== 'accepted') {
    return decision;
  }
  return EmailAddress.parse(base).equals(EmailAddress.parse(variant)) ? 'same' : 'different';
}

function isPublic(host: string): boolean {
  return (
    outcome(() => IpAddress.parse(host)) === 'accepted' && IpAddress.parse(host).range === 'public'
  );
}
