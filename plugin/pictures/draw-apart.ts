import { join } from 'node:path';
import { programFolder } from '../runtime/paths.js';
import { startProcess } from '../runtime/threads.js';
import type { DrawingAnswer, DrawingOrder } from './drawing-process.js';
import { type Box, type Picture, type PictureRefusal, formatOf } from './picture.js';

const mostAtOnce = 2;
const deadlineMs = 60_000;

/**
 * Draws a file as `draw` does, in a child process: drawing can take any time and memory and cannot be stopped in a
 * thread, and code that parses untrusted files should not share this process's memory.
 */
export async function drawApart(file: Buffer, box: Box): Promise<Picture | PictureRefusal> {
  if (formatOf(file) === undefined) {
    return 'type';
  }
  const giveBack = await takePlace();
  try {
    return await drawnBy({ file, box });
  } finally {
    giveBack();
  }
}

async function drawnBy(order: DrawingOrder): Promise<Picture | PictureRefusal> {
  const child = startProcess(new URL('./drawing-process', import.meta.url), environment());
  try {
    return await new Promise((resolve, reject) => {
      const deadline = setTimeout(reject, deadlineMs, new Error('A drawing process was silent.'));
      child.once('message', ({ drawn }: DrawingAnswer) => resolve(drawn));
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        clearTimeout(deadline);
        reject(new Error(`A drawing process ended with ${code ?? signal}.`));
      });
      child.send(order);
    });
  } finally {
    child.kill('SIGKILL');
  }
}

/** Nothing of this process's environment, which may hold passwords. */
function environment(): NodeJS.ProcessEnv {
  const { SystemRoot } = process.env;
  return { ...(SystemRoot !== undefined && { SystemRoot }), FONTCONFIG_FILE: fonts };
}

/** Servers often have no fonts. */
const fonts = join(programFolder, 'plugin', 'pictures', 'fonts.conf');

let free = mostAtOnce;
const waiting: (() => void)[] = [];

/** @returns a function that passes the place on. */
async function takePlace(): Promise<() => void> {
  if (free > 0) {
    free -= 1;
  } else {
    await new Promise<void>((resolve) => waiting.push(resolve));
  }
  return () => {
    const next = waiting.shift();
    if (next === undefined) {
      free += 1;
    } else {
      next();
    }
  };
}
