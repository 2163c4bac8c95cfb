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

  it('are four, and the last is for an account that has none', () => {
    take(1, quick);
    take(1, quick);
    take(2, quick);
    assert.throws(() => take(2), TooManyRequestsError);
    assert.throws(() => take(1), TooManyRequestsError);
    take(3, quick);
    assert.throws(() => take(4), TooManyRequestsError);
    assert.deepEqual(ended, []);
  });

  it('are left again', () => {
    const leave = [1, 2, 3, 4].map((accountId) => take(accountId, quick));
    assert.throws(() => take(5), TooManyRequestsError);
    leave[0]?.();
    take(5);
  });

  it('go from the slowest client to an account that has none, where all are taken', () => {
    take(1, quick);
    take(2, slow, 'slow');
    take(3, slow / 2, 'slowest');
    take(4, Infinity);
    take(5);
    take(6);
    assert.deepEqual(ended, ['slowest', 'slow']);
    assert.throws(() => take(7), TooManyRequestsError);
  });

  it('are not taken from anybody for one more of the same account', () => {
    take(1, slow);
    take(1, slow);
    take(2, slow);
    assert.throws(() => take(1), TooManyRequestsError);
    assert.deepEqual(ended, []);
  });
});
