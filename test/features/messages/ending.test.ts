import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Claimed } from '../../../plugin/features/messages/claims.js';
import {
  type Ending,
  concluded,
  isFinal,
  mostTelling,
} from '../../../plugin/features/messages/ending.js';
import { type MessageState, pauseAfter } from '../../../plugin/features/messages/message.js';

const minuteMs = 60_000;

const claimed: Claimed = {
  id: 1,
  claim: 'claim',
  ownerId: 1,
  service: 'sales',
  subject: 'Order',
  messageId: 'id@x.test',
  attempts: 1,
  createdAt: 0,
  expiresAt: 1000 * minuteMs,
  recipients: [],
  waiting: ['a@x.test', 'b@x.test'],
  accepted: 0,
};
const early = { now: 0, chance: 0.5 };
const late = { now: claimed.expiresAt, chance: 0.5 };
const temporary: Ending = { kind: 'temporary', outcome: 'timed-out', reply: undefined };
const permanent: Ending = { kind: 'permanent', outcome: 'login-refused', reply: '535 No' };
const refusal = (isPermanent: boolean, recipient = 'b@x.test') => ({
  recipient,
  reply: 'No',
  isPermanent,
});
const accepted = (...rejected: ReturnType<typeof refusal>[]): Ending => ({
  kind: 'accepted',
  outcome: 'ok',
  reply: '250 Ok',
  rejected,
});

describe('the result of an attempt', () => {
  const cases: [why: string, Ending, typeof early, Partial<Claimed>, MessageState, string][] = [
    ['all accepted', accepted(), early, {}, 'sent', 'accepted accepted'],
    ['one refused for good', accepted(refusal(true)), early, {}, 'sent', 'accepted refused'],
    ['one refused for now', accepted(refusal(false)), early, {}, 'queued', 'accepted waiting'],
    ['the same, too late', accepted(refusal(false)), late, {}, 'sent', 'accepted refused'],
    [
      'spelt otherwise by the server',
      accepted(refusal(true, 'B@X.test')),
      early,
      {},
      'sent',
      'accepted refused',
    ],
    ['a failure for now', temporary, early, {}, 'queued', ''],
    ['a failure for now, too late', temporary, late, {}, 'failed', 'refused refused'],
    ['a failure for good', permanent, early, {}, 'failed', 'refused refused'],
    [
      'a failure where others have it already',
      permanent,
      early,
      { accepted: 1 },
      'sent',
      'refused refused',
    ],
    [
      'an answer that never came',
      { kind: 'unknown', outcome: 'answer-lost', reply: undefined },
      late,
      {},
      'unknown',
      '',
    ],
  ];
  for (const [why, ending, when, more, state, recipients] of cases) {
    it(`leaves the message ${state}: ${why}`, () => {
      const conclusion = concluded({ ...claimed, ...more }, ending, when);
      assert.equal(conclusion.state, state);
      assert.equal(conclusion.recipients.map((each) => each.state).join(' '), recipients);
      assert.equal(conclusion.nextAttemptAt !== undefined, state === 'queued');
    });
  }

  it('ends the search for a server when one has answered about the message, or may have it', () => {
    assert.equal(isFinal(temporary), false);
    assert.equal(isFinal(permanent), false);
    assert.equal(isFinal({ ...permanent, outcome: 'recipients-refused' }), true);
    assert.equal(isFinal({ ...permanent, outcome: 'sender-refused' }), false);
    assert.equal(isFinal({ ...temporary, outcome: 'recipients-refused' }), true);
    assert.equal(isFinal({ ...temporary, outcome: 'message-refused' }), true);
    assert.equal(isFinal({ ...temporary, kind: 'unknown' }), true);
    assert.equal(isFinal(accepted()), true);
  });
});

describe('the outcome when no server could be used', () => {
  const busy: Ending = { kind: 'temporary', outcome: 'server-unavailable', reply: '421 Busy' };
  const cases: [why: string, readonly Ending[], Ending | undefined][] = [
    ['there is no server', [], undefined],
    ['one may work later', [permanent, temporary, permanent], temporary],
    ['one has answered', [temporary, busy, temporary], busy],
    ['the first is meant', [busy, { ...busy, reply: '421 Later' }], busy],
    ['none will work', [permanent, { ...permanent, reply: '535 Other' }], permanent],
  ];
  for (const [why, endings, told] of cases) {
    it(`is the most informative one: ${why}`, () => assert.equal(mostTelling(endings), told));
  }
});

describe('the pause after an attempt', () => {
  it('grows up to four hours, give or take a fifth', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempts, chance) => {
          const usual = pauseAfter(attempts, 0.5);
          const pause = pauseAfter(attempts, chance);
          assert.ok(usual <= pauseAfter(attempts + 1, 0.5));
          assert.ok(Math.abs(pause - usual) <= usual / 5 + 1);
          assert.ok(usual >= minuteMs && usual <= 240 * minuteMs);
        },
      ),
    );
  });
});
