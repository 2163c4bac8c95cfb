import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  type Alias,
  leadsIntoCircle,
  leadsToItself,
  refusedLines,
  targetsIn,
  withoutAddress,
} from '../../../plugin/features/mailboxes/alias.js';
import { RefusedError } from '../../../plugin/features/mailboxes/refused-error.js';
import { configInjections, naughtyStrings } from '../../addresses/vectors.js';

describe('an alias', () => {
  const cases: [name: string, alias: Alias, others: Alias[], loops: boolean][] = [
    ['to a mailbox is fine', alias('a@x.test', 'box@x.test'), [], false],
    ['to itself loops', alias('a@x.test', 'a@x.test'), [], true],
    ['to itself and to a mailbox loops', alias('a@x.test', 'box@x.test', 'a@x.test'), [], true],
    [
      'to an alias that forwards back loops',
      alias('a@x.test', 'b@x.test'),
      [alias('b@x.test', 'a@x.test')],
      true,
    ],
    [
      'that comes back through three others loops',
      alias('a@x.test', 'b@y.test'),
      [
        alias('b@y.test', 'box@y.test', 'c@z.test'),
        alias('c@z.test', 'd@y.test'),
        alias('d@y.test', 'a@x.test'),
      ],
      true,
    ],
    [
      'to an alias that forwards back with a tag loops',
      alias('a@x.test', 'b@x.test'),
      [alias('b@x.test', 'a+tag@x.test')],
      true,
    ],
    ['to itself with a tag loops', alias('a@x.test', 'a+tag@x.test'), [], true],
    [
      'into a loop without it does not loop',
      alias('a@x.test', 'b@x.test'),
      [alias('b@x.test', 'b@x.test')],
      false,
    ],
    [
      'is checked by its new targets, not by the stored ones',
      alias('a@x.test', 'box@x.test'),
      [alias('a@x.test', 'a@x.test')],
      false,
    ],
  ];

  for (const [name, candidate, others, loops] of cases) {
    it(name, () => {
      assert.equal(leadsToItself(candidate, others), loops);
    });
  }

  it('is checked in reasonable time however others forward', () => {
    const chain = Array.from({ length: 5000 }, (_, n) =>
      alias(`a${n}@x.test`, `a${n + 1}@x.test`, `a${n + 2}@x.test`),
    );
    assert.equal(leadsToItself(alias('a@x.test', 'a0@x.test'), chain), false);
  });
});

describe('forwarding from an address', () => {
  const cases: [name: string, steps: Alias[], isCircle: boolean][] = [
    ['ends at addresses without aliases', [alias('a@x.test', 'b@x.test', 'c@x.test')], false],
    [
      'ends where two paths meet',
      [alias('a@x.test', 'b@x.test', 'c@x.test'), alias('b@x.test', 'c@x.test')],
      false,
    ],
    [
      'loops back with a tag',
      [alias('a@x.test', 'b+t@x.test'), alias('b@x.test', 'a+u@x.test')],
      true,
    ],
    [
      'reaches a loop',
      [alias('a@x.test', 'b@x.test'), alias('b@x.test', 'c@x.test'), alias('c@x.test', 'b@x.test')],
      true,
    ],
    [
      'ignores an unrelated loop',
      [alias('a@x.test', 'd@x.test'), alias('b@x.test', 'b@x.test')],
      false,
    ],
  ];
  for (const [name, steps, isCircle] of cases) {
    it(name, () => assert.equal(leadsIntoCircle('a@x.test', steps), isCircle));
  }
});

describe('the removal of an address', () => {
  it('includes its tagged forms', () => {
    const tagged = alias('tagged@x.test', 'box+orders@x.test');
    const both = alias('both@x.test', 'box+a@x.test', 'other@x.test');
    assert.deepEqual(withoutAddress('box@x.test', [tagged, both]), {
      removed: [tagged],
      shortened: [both],
    });
  });

  it('removes aliases that forward only to it, and aliases that forward only to those', () => {
    const direct = alias('direct@x.test', 'box@x.test');
    const indirect = alias('indirect@y.test', 'direct@x.test');
    const consequences = withoutAddress('box@x.test', [indirect, direct]);

    assert.deepEqual(consequences, { removed: [direct, indirect], shortened: [] });
  });

  it('shortens aliases that also forward elsewhere', () => {
    const both = alias('both@x.test', 'box@x.test', 'other@x.test');
    const indirectly = alias('more@x.test', 'direct@x.test', 'other@x.test');
    const direct = alias('direct@x.test', 'box@x.test');
    const consequences = withoutAddress('box@x.test', [both, indirectly, direct]);

    assert.deepEqual(consequences, { removed: [direct], shortened: [both, indirectly] });
  });

  it('keeps aliases that do not forward to it', () => {
    const consequences = withoutAddress('box@x.test', [alias('a@x.test', 'other@x.test')]);
    assert.deepEqual(consequences, { removed: [], shortened: [] });
  });

  it('leaves no alias without a target, whatever forwards where', () => {
    const address = fc.constantFrom('box@x.test', 'a@x.test', 'b@x.test', 'c@x.test', 'd@x.test');
    const aliases = fc.uniqueArray(
      fc.record({
        address: fc.constantFrom('a@x.test', 'b@x.test', 'c@x.test', 'd@x.test'),
        targets: fc.uniqueArray(address, { minLength: 1 }),
      }),
      { selector: (each) => each.address },
    );
    fc.assert(
      fc.property(aliases, (all) => {
        const { removed } = withoutAddress('box@x.test', all);
        const gone = new Set(['box@x.test', ...removed.map((each) => each.address)]);
        for (const { address: own, targets } of all) {
          const left = targets.filter((target) => !gone.has(target));
          assert.equal(gone.has(own), left.length === 0 && targets.some((each) => gone.has(each)));
        }
      }),
    );
  });
});

describe('the targets of an alias', () => {
  it('are separated by line breaks, commas or semicolons, in any number', () => {
    assert.deepEqual(addressesIn(' a@x.test,b@x.test\r\n\r\n;c@x.test;\rd@x.test\n'), [
      'a@x.test',
      'b@x.test',
      'c@x.test',
      'd@x.test',
    ]);
  });

  it('count once in different forms and cases', () => {
    assert.deepEqual(addressesIn('a@münchen.test\nA@xn--mnchen-3ya.TEST'), [
      'a@xn--mnchen-3ya.test',
    ]);
  });

  it('keep the numbers of the lines that they were typed in', () => {
    assert.deepEqual(
      targetsIn('\na@x.test\nb@x.test, c@x.test').map(({ line }) => line),
      [2, 3, 3],
    );
  });

  const refused: [text: string, key: string, why: string][] = [
    ['', 'aliases.errors.no-target', 'at least one is required'],
    [' ,\n; ', 'aliases.errors.no-target', 'only separators'],
    ['a@x.test\nnonsense', 'errors.address.no-at', 'the first invalid one'],
    ['a b@x.test', 'errors.address.local-part-characters', 'a space does not separate'],
    ['a@x.test\u0000', 'errors.address.domain-characters', 'NUL'],
    ['a@x.test\u2028b@x.test', 'errors.address.non-ascii-local-part', 'U+2028 is no line break'],
    ['|/bin/sh', 'errors.address.no-at', 'a command'],
    ['"|id"@x.test', 'errors.address.quoted', 'a quoted command'],
  ];
  for (const [text, key, why] of refused) {
    it(`exclude ${JSON.stringify(text)}: ${why}`, () => {
      const { key: own, args } = refusal(text);
      assert.equal(args['reason'] ?? own, key);
    });
  }

  it('are rejected with the first reason and the numbers of all other invalid lines', () => {
    const { key, args } = refusal('a@x.test\nwrong\nb@x.test\n@x.test, also\nworse@');
    assert.equal(key, 'aliases.errors.targets');
    assert.deepEqual(args, {
      line: 2,
      text: 'wrong',
      reason: 'errors.address.no-at',
      others: '4, 5',
      count: 3,
    });
  });

  it('are limited to fifty', () => {
    const fifty = Array.from({ length: 50 }, (_, n) => `a${n}@x.test`);
    assert.equal(addressesIn(fifty.join('\n')).length, 50);
    assert.deepEqual(refusal([...fifty, 'one-more@x.test'].join(',')).args, { count: 50 });
    assert.equal(addressesIn([...fifty, 'a0@x.test'].join(',')).length, 50);
  });

  it('are counted before they are parsed', () => {
    const wrong = Array.from({ length: 51 }, (_, n) => `wrong${n}`);
    assert.equal(refusal(wrong.join('\n')).key, 'aliases.errors.too-many-targets');
    assert.equal(refusal('wrong,'.repeat(3000)).args['count'], 1);
  });

  it('never contain more than an address for a mail map', () => {
    for (const text of [...configInjections(), ...naughtyStrings()]) {
      for (const address of accepted(text)) {
        assert.match(address, /^[!-~]+@[a-z\d.-]+$/);
      }
    }
  });

  it('cannot include another text in an error message', () => {
    const { args } = refusal('$t(errors.title-500)');
    assert.doesNotMatch(String(args['text']), /\$t\(/);
  });

  it('have no error when no line is invalid', () => {
    assert.equal(refusedLines([]), undefined);
  });
});

function alias(address: string, ...targets: string[]): Alias {
  return { address, targets };
}

function addressesIn(text: string): string[] {
  return targetsIn(text).map(({ address }) => address.toString());
}

function accepted(text: string): string[] {
  try {
    return addressesIn(text);
  } catch (error) {
    assert.ok(error instanceof RefusedError);
    return [];
  }
}

function refusal(text: string): RefusedError {
  try {
    targetsIn(text);
  } catch (error) {
    assert.ok(error instanceof RefusedError);
    return error;
  }
  throw new assert.AssertionError({ message: 'It was not refused.' });
}
