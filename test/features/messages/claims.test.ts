import assert from 'node:assert/strict';
import { Claims } from '../../../plugin/features/messages/claims.js';
import { Upkeep } from '../../../plugin/features/messages/upkeep.js';
import { ClaimLostError, leaseMs } from '../../../plugin/jobs/lease.js';
import { engines } from '../../support/app.js';
import { useScene } from './scene.js';

for (const engine of engines) {
  describe(`claims on ${engine}`, () => {
    const scene = useScene(engine);
    let claims: Claims;
    let upkeep: Upkeep;
    beforeEach(async () => {
      await scene.addServer(587);
      scene.now = Date.now();
      claims = new Claims(scene.app.db, () => scene.now);
      upkeep = new Upkeep(scene.app.db, () => scene.now);
    });

    const queue = async (count = 1): Promise<number[]> => {
      const outbox = scene.outbox();
      const ids: number[] = [];
      for (let n = 0; n < count; n += 1) {
        ids.push((await scene.accept(outbox, { subject: `Message ${n}` })).message.id);
      }
      return ids;
    };
    const stateOf = async (id: number) => (await scene.page(id)).message.state;
    const claimOne = async () => {
      const claimed = await claims.next(scene.marie.accountId);
      assert.ok(claimed);
      return claimed;
    };

    /** A message that was handed over by a process that is gone. */
    const loseHandedOver = async () => {
      const [id = 0] = await queue();
      const claim = await claimOne();
      await claims.begin(claim, { server: { id: 1 }, label: 'Main' });
      await claims.handOver(claim);
      scene.now += leaseMs + 1;
      await upkeep.recover();
      return { id, claim };
    };

    it('give each message to one of many concurrent workers', async () => {
      const ids = await queue(30);
      const others = Array.from({ length: 6 }, () => new Claims(scene.app.db, () => scene.now));
      const taken = await Promise.all(
        others.map(async (each) => {
          const mine: number[] = [];
          for (;;) {
            const claimed = await each.next(scene.marie.accountId);
            if (claimed === undefined) {
              return mine;
            }
            mine.push(claimed.id);
          }
        }),
      );
      assert.deepEqual(
        taken.flat().toSorted((a, b) => a - b),
        ids,
      );
    });

    it('give the message that has been due longest, and none early', async () => {
      const [first = 0, second = 0] = await queue(2);
      await scene.app.db
        .knex('messages')
        .where({ id: first })
        .update({ next_attempt_at: scene.now + 1 });
      assert.equal((await claims.next(scene.marie.accountId))?.id, second);
      assert.equal(await claims.next(scene.marie.accountId), undefined);
      scene.now += 1;
      assert.equal((await claims.next(scene.marie.accountId))?.id, first);
    });

    it('expire with their lease: messages not handed over are queued again, and old claims are void', async () => {
      const [id = 0] = await queue();
      const lost = await claimOne();
      const attempt = await claims.begin(lost, { server: { id: 1 }, label: 'Main' });
      assert.deepEqual(
        await scene.app.db.knex('messages').where({ id: lost.id }).pluck('server_id'),
        [1],
      );
      await upkeep.recover();
      assert.equal(await stateOf(id), 'sending');
      scene.now += leaseMs + 1;
      await upkeep.recover();
      assert.equal(await stateOf(id), 'queued');
      const [interrupted] = (await scene.page(id)).attempts;
      assert.equal(interrupted?.outcome, 'interrupted');

      const next = await claimOne();
      assert.equal(next.attempts, 2);
      await assert.rejects(claims.handOver(lost), ClaimLostError);
      await assert.rejects(
        claims.begin(lost, { server: { id: 1 }, label: 'Main' }),
        ClaimLostError,
      );
      const ending = { id: attempt, outcome: 'timed-out', reply: undefined } as const;
      await assert.rejects(claims.end(lost, ending), ClaimLostError);
      await claims.conclude(lost, {
        state: 'failed',
        outcome: 'timed-out',
        reply: undefined,
        recipients: [],
      });
      assert.equal(await stateOf(id), 'sending');
    });

    it('mark messages that may have been handed over as unknown when their lease expires', async () => {
      const { id } = await loseHandedOver();
      const { message, attempts } = await scene.page(id);
      assert.deepEqual([message.state, message.outcome], ['unknown', 'answer-lost']);
      assert.equal(attempts[0]?.outcome, 'answer-lost');
      assert.equal(await claims.next(scene.marie.accountId), undefined);
    });

    it('can still resolve an unknown message, until somebody sends it again', async () => {
      const { id, claim: late } = await loseHandedOver();
      const accepted = {
        state: 'sent',
        outcome: 'ok',
        reply: '250 Queued',
        recipients: [{ address: 'anna@elsewhere.test', state: 'accepted', reply: '250 Queued' }],
      } as const;
      await claims.conclude(late, accepted);
      assert.equal(await stateOf(id), 'sent');

      const [other = 0] = await queue();
      const later = await claimOne();
      await claims.handOver(later);
      scene.now += leaseMs + 1;
      await upkeep.recover();
      await scene.outbox().messages.sendAgain(scene.marie, other);
      await claims.conclude(later, accepted);
      assert.equal(await stateOf(other), 'queued');
    });

    it('last as long as they are renewed', async () => {
      const [id = 0] = await queue();
      const claimed = await claimOne();
      for (let n = 0; n < 5; n += 1) {
        scene.now += leaseMs / 2;
        await claims.renew(claimed);
        await upkeep.recover();
      }
      assert.equal(await stateOf(id), 'sending');
    });

    it('are not given for a cancelled message, and a claimed one cannot be cancelled', async () => {
      const [id = 0, other = 0] = await queue(2);
      const { messages } = scene.app.features;
      await messages.cancel(scene.marie, id);
      assert.equal((await claimOne()).id, other);
      assert.equal(await claims.next(scene.marie.accountId), undefined);
      await assert.rejects(messages.cancel(scene.marie, other), {
        key: 'messages.errors.not-queued',
      });
      await assert.rejects(messages.sendAgain(scene.marie, other), {
        key: 'messages.errors.not-again',
      });
      await messages.sendAgain(scene.marie, id);
      scene.now = Date.now();
      assert.equal((await claimOne()).id, id);
    });
  });
}
