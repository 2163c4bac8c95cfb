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

/** All places that the candidates get if they take as many as they can and no message ends. */
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
  it('are limited to two for one account, over all processes', () => {
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

  it('leave one for the next reseller, however many fill theirs', () => {
    for (let groups = 1; groups <= 7; groups += 1) {
      const hostile = Array.from({ length: groups }, (_none, n) => accountsOf(-n - 1, 20)).flat();
      assert.ok(mayBegin(candidate(), fill(hostile)), `${groups} resellers`);
    }
  });

  it('are shared evenly', () => {
    const held = fill([...accountsOf(-1, 50), ...accountsOf(-2, 2)]);
    assert.ok(Math.abs(countOf(held, -1) - countOf(held, -2)) <= 1);
  });

  it('are limited for one server, which a reseller cannot keep from another that uses it too', () => {
    const host = 'smtp.provider.test';
    const many = Array.from({ length: 50 }, () => candidate({ host }));
    assert.equal(fill(many).length, 6);
    const hostile = fill(accountsOf(-1, 50, { host }));
    assert.ok(mayBegin(candidate({ host }), hostile));
  });

  it('become free while a server only has to acknowledge, up to a limit', () => {
    const awaited = fill(accountsOf(-1, 50), { isAwaited: true });
    assert.equal(awaited.length, 12);
    const held = fill([candidate(), candidate(), candidate(), candidate()], { begun: awaited });
    assert.equal(held.length - awaited.length, 7);
  });

  it('are separate for servers with troubles', () => {
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
  it('go to accounts without a message under way first, then to the longest wait', () => {
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
