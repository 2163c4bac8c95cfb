import assert from 'node:assert/strict';
import { TooManyRequestsError } from '../../plugin/errors.js';
import { Places } from '../../plugin/exports/places.js';

const slow = 5000;
const quick = 1_000_000;

describe('the places for exports', () => {
  let places: Places;
  let ended: string[];
  beforeEach(() => {
    places = new Places();
    ended = [];
  });

  const take = (
    accountId: number,
    bytesPerSecond = Infinity,
    name = `${accountId}`,
  ): (() => void) =>
    places.take({
      accountId,
      bytesPerSecond: () => bytesPerSecond,
      giveWay: () => ended.push(name),
    });

  it('are four, and the last one is reserved for an account without an export', () => {
    take(1, quick);
    take(1, quick);
    take(2, quick);
    assert.throws(() => take(2), TooManyRequestsError);
    assert.throws(() => take(1), TooManyRequestsError);
    take(3, quick);
    assert.throws(() => take(4), TooManyRequestsError);
    assert.deepEqual(ended, []);
  });

  it('can be taken again once left', () => {
    const leave = [1, 2, 3, 4].map((accountId) => take(accountId, quick));
    assert.throws(() => take(5), TooManyRequestsError);
    leave[0]?.();
    take(5);
  });

  it('pass from the slowest client to an account without an export when all are taken', () => {
    take(1, quick);
    take(2, slow, 'slow');
    take(3, slow / 2, 'slowest');
    take(4, Infinity);
    take(5);
    take(6);
    assert.deepEqual(ended, ['slowest', 'slow']);
    assert.throws(() => take(7), TooManyRequestsError);
  });

  it('do not pass to an account that has an export already', () => {
    take(1, slow);
    take(1, slow);
    take(2, slow);
    assert.throws(() => take(1), TooManyRequestsError);
    assert.deepEqual(ended, []);
  });
});
