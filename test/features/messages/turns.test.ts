import assert from 'node:assert/strict';
import {
  type Candidate,
  type Sending,
  Turns,
  mayBegin,
} from '../../../plugin/features/messages/turns.js';

let ids = 0;
const candidate = (wanted: Partial<Candidate> = {}): Candidate => {
  ids += 1;
  return {
    ownerId: ids,
    groupId: ids,
    host: `${ids}.test`,
    lane: 'usual',
    due: 0,
    underWay: 0,
    ...wanted,
  };
};

/** All that the candidates get when they take as much as they may, and nothing ever ends. */
function fill(
  candidates: readonly Candidate[],
  { isAwaited = false, begun = [] as readonly Sending[] } = {},
): readonly Sending[] {
  const turns = new Turns();
  const sendings = [...begun];
  for (;;) {
    const [next] = turns.inOrder(candidates, sendings);
    if (next === undefined) {
      return sendings;
    }
    turns.taken(next);
    sendings.push({ ...next, isAwaited });
  }
}

const accountsOf = (groupId: number, count: number, wanted: Partial<Candidate> = {}) =>
  Array.from({ length: count }, () => candidate({ groupId, ...wanted }));
const countOf = (sendings: readonly Sending[], group: number) =>
  sendings.filter(({ groupId }) => groupId === group).length;

describe('the places of the outbox', () => {
  it('are two for one account, in all processes together', () => {
    assert.equal(fill([candidate()]).length, 2);
    assert.equal(mayBegin(candidate({ underWay: 2 }), []), false);
    assert.equal(mayBegin(candidate({ underWay: 1 }), []), true);
  });

  for (const lane of ['usual', 'slow'] as const) {
    it(`are never all taken by one reseller (${lane})`, () => {
      const held = fill(accountsOf(-1, 50, { lane }));
      assert.equal(held.length, lane === 'usual' ? 4 : 2);
      assert.ok(mayBegin(candidate({ lane }), held));
    });
  }

  it('are there for the next reseller, however many fill theirs', () => {
    for (let groups = 1; groups <= 7; groups += 1) {
      const hostile = Array.from({ length: groups }, (_none, n) => accountsOf(-n - 1, 20)).flat();
      assert.ok(mayBegin(candidate(), fill(hostile)), `${groups} resellers`);
    }
  });

  it('are shared out evenly', () => {
    const held = fill([...accountsOf(-1, 50), ...accountsOf(-2, 2)]);
    assert.ok(Math.abs(countOf(held, -1) - countOf(held, -2)) <= 1);
  });

  it('are not all for one server, and a reseller cannot keep another from a server that both use', () => {
    const host = 'smtp.provider.test';
    const many = Array.from({ length: 50 }, () => candidate({ host }));
    assert.equal(fill(many).length, 6);
    const hostile = fill(accountsOf(-1, 50, { host }));
    assert.ok(mayBegin(candidate({ host }), hostile));
  });

  it('are free again where a server only has its last word to say, up to a limit', () => {
    const awaited = fill(accountsOf(-1, 50), { isAwaited: true });
    assert.equal(awaited.length, 12);
    const held = fill([candidate(), candidate(), candidate(), candidate()], { begun: awaited });
    assert.equal(held.length - awaited.length, 7);
  });

  it('of servers with troubles are apart', () => {
    const slow = Array.from({ length: 20 }, () => candidate({ lane: 'slow' }));
    const held = fill(slow);
    assert.equal(held.length, 4);
    assert.equal(
      fill([candidate(), candidate(), candidate(), candidate()], { begun: held }).length,
      11,
    );
  });
});

describe('the turns of the outbox', () => {
  it('are first for who has nothing under way, then for who has waited for longest', () => {
    const turns = new Turns();
    const [old, young, other] = [
      candidate({ groupId: -1, due: 1 }),
      candidate({ groupId: -1, due: 2 }),
      candidate({ groupId: -2, due: 3 }),
    ] as const;
    const first = () => turns.inOrder([old, young, other], [])[0];
    assert.equal(first(), old);
    turns.taken(old);
    assert.equal(first(), other);
    turns.taken(other);
    assert.equal(first(), young);
    turns.taken(young);
    assert.equal(first(), other);
    const underWay = [{ ...other, isAwaited: true }];
    assert.equal(turns.inOrder([old, young, other], underWay)[0], old);
  });
});
