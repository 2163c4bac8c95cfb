import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { type Outcome, outcomeMark } from './outcome.js';

/**
 * Splits a process's output at each file's outcome, until it ends.
 *
 * @returns the output after the last one.
 */
export async function splitOutput(
  stream: Readable | null,
  take: (output: string, outcome: Outcome) => void,
): Promise<string> {
  if (stream === null) {
    return '';
  }
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    for (;;) {
      const mark = text.indexOf(outcomeMark);
      const start = mark + outcomeMark.length;
      const end = text.indexOf('\n', start);
      if (mark < 0 || end < 0) {
        return;
      }
      take(text.slice(0, mark), JSON.parse(text.slice(start, end)));
      text = text.slice(end + 1);
    }
  });
  await once(stream, 'end');
  return text;
}
