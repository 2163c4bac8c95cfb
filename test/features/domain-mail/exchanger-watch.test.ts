import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { mock } from 'node:test';
import { pino } from 'pino';
import { ExchangerWatch } from '../../../plugin/features/domain-mail/exchanger-watch.js';

describe('looking up MX records in the background', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setInterval', 'Date'] }));
  afterEach(() => mock.timers.reset());

  const log = pino({ level: 'silent' });

  it('takes a few domains every five seconds, and none once it is stopped', async () => {
    const sizes: number[] = [];
    const watch = new ExchangerWatch({
      async checkDue(most) {
        sizes.push(most);
        return { count: most, isAnswered: true };
      },
    });
    watch.start(log);
    await pass(60);
    assert.deepEqual(
      sizes,
      Array.from({ length: 12 }, () => 20),
    );
    await watch.stop();
    await pass(60);
    assert.equal(sizes.length, 12);
  });

  it('never runs twice at once, and waits for current look-ups when it stops', async () => {
    let running = 0;
    const dns = new EventEmitter();
    const watch = new ExchangerWatch({
      async checkDue() {
        running += 1;
        await once(dns, 'answer');
        return { count: 1, isAnswered: true };
      },
    });
    watch.start(log);
    await pass(20);
    assert.equal(running, 1);
    const stopping = watch.stop();
    assert.equal(await Promise.race([stopping, pass(1).then(() => 'waits')]), 'waits');
    dns.emit('answer');
    await stopping;
  });

  it('leaves silent name servers and a broken database alone for a minute', async () => {
    const answers = [
      async () => ({ count: 20, isAnswered: false }),
      async () => Promise.reject(new Error('no database')),
      async () => ({ count: 0, isAnswered: false }),
    ];
    let asked = 0;
    const watch = new ExchangerWatch({
      async checkDue() {
        asked += 1;
        return (await (answers[asked - 1] ?? answers[2])?.()) ?? { count: 0, isAnswered: false };
      },
    });
    watch.start(log);
    await pass(60);
    assert.equal(asked, 1);
    await pass(60);
    assert.equal(asked, 2);
    await pass(70);
    assert.ok(asked > 3, 'nothing due is no failure');
    await watch.stop();
  });
});

/** Lets so many seconds pass. */
async function pass(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    mock.timers.tick(1000);
    await new Promise(setImmediate);
  }
}
