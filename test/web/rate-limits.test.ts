import assert from 'node:assert/strict';
import type { Database } from '../../plugin/database/database.js';
import { TooManyRequestsError } from '../../plugin/errors.js';
import { RateLimits } from '../../plugin/web/rate-limits.js';
import { engines } from '../support/app.js';
import { useTestAppEach } from '../support/opened.js';

const limit = { name: 'test', most: 2, windowMs: 60_000 };

for (const engine of engines) {
  describe(`a limit on ${engine}`, () => {
    const app = useTestAppEach(engine);
    let limits: RateLimits;

    beforeEach(async () => {
      limits = new RateLimits(app.db);
    });

    const fail = () =>
      limits.attempt([[limit, 'somebody']], async () => {
        throw new RangeError('wrong');
      });
    const succeed = () => limits.attempt([[limit, 'somebody']], async () => 'right');

    it('counts failures, and resets after a success', async () => {
      for (let round = 0; round < 3; round += 1) {
        await assert.rejects(fail(), RangeError);
        assert.equal(await succeed(), 'right');
      }
      await assert.rejects(fail(), RangeError);
      await assert.rejects(fail(), RangeError);
      await assert.rejects(succeed(), TooManyRequestsError);
    });

    it('is charged with further uses up to the limit, so that only the next one is refused', async () => {
      const wide = { name: 'wide', most: 10, windowMs: 60_000 };
      await limits.charge(wide, 'nobody', 3);
      await limits.use(wide, 'somebody');
      await limits.charge(wide, 'somebody', 8);
      await limits.use(wide, 'somebody');
      await assert.rejects(limits.use(wide, 'somebody'), TooManyRequestsError);
      await limits.charge(wide, 'somebody', 8);
      await app.db.knex('rate_limits').decrement('hits', 1);
      await limits.use(wide, 'somebody');
      await assert.rejects(limits.use(wide, 'somebody'), TooManyRequestsError);
      await limits.use(wide, 'nobody');
    });

    it('keeps a success when the reset fails', async () => {
      const broken = { ...app.db, transaction: failsTheSecondTime(app.db) };
      const fragile = new RateLimits(broken);
      assert.equal(await fragile.attempt([[limit, 'somebody']], async () => 'right'), 'right');
    });

    it('ends with its window, also after the clock was wrong', async () => {
      await assert.rejects(fail(), RangeError);
      await assert.rejects(fail(), RangeError);
      for (const wrong of [-1, 365 * 24 * 3600 * 1000]) {
        await app.db.knex('rate_limits').update({ hits: 2, resets_at: Date.now() + wrong });
        assert.equal(await succeed(), 'right');
        await assert.rejects(fail(), RangeError);
      }
    });
  });
}

function failsTheSecondTime(db: Database): Database['transaction'] {
  let calls = 0;
  return async (work) => {
    calls += 1;
    if (calls === 2) {
      throw Object.assign(new Error('deadlock'), { errno: 1213 });
    }
    return await db.transaction(work);
  };
}
