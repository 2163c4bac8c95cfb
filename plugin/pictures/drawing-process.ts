import { setPriority } from 'node:os';
import { draw } from './draw.js';
import type { Box, Picture, PictureRefusal } from './picture.js';

/** The request to this process, of which there is one. */
export interface DrawingOrder {
  readonly file: Uint8Array;
  readonly box: Box;
}

/** What it answers. */
export interface DrawingAnswer {
  readonly drawn: Picture | PictureRefusal;
}

/** Processor time, so that a busy machine does not matter. */
const mostMicroseconds = 2_000_000;
const mostBytes = 500 * 1024 * 1024;
const watchEveryMs = 50;

setPriority(10);
process.once('message', ({ file, box }: DrawingOrder) => {
  const begin = process.cpuUsage();
  const watch = setInterval(() => {
    const { user, system } = process.cpuUsage(begin);
    if (user + system > mostMicroseconds || process.memoryUsage.rss() > mostBytes) {
      answer('costly');
    }
  }, watchEveryMs);
  void draw(Buffer.from(file), box)
    .then(answer)
    .finally(() => clearInterval(watch));
});
// An orderly exit would wait for a drawing that never ends.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));

function answer(drawn: DrawingAnswer['drawn']): void {
  process.send?.({ drawn } satisfies DrawingAnswer);
}
