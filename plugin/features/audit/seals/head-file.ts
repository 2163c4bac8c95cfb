import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Head } from './seal.js';

/** The last seal that this machine saw. */
export type SeenHead = Pick<Head, 'number' | 'chain'>;

/**
 * Keeps the head of the chain outside the database, beside the key file: somebody who can change only the database
 * cannot cut off the end of the log unnoticed.
 */
export class HeadFile {
  readonly #file: string;

  constructor(dataFolder: string) {
    this.#file = join(dataFolder, 'audit-head');
  }

  read(): SeenHead | undefined {
    try {
      return seenHeadIn(readFileSync(this.#file, 'utf8'));
    } catch {
      return undefined;
    }
  }

  write({ number, chain }: SeenHead): void {
    const whole = `${this.#file}.${process.pid}`;
    try {
      writeFileSync(whole, `${headText({ number, chain })}\n`, { mode: 0o600, flush: true });
      renameSync(whole, this.#file);
    } finally {
      rmSync(whole, { force: true });
    }
  }
}

/** As an operator notes it, too. */
export function headText({ number, chain }: SeenHead): string {
  return `${number}:${chain}`;
}

export function seenHeadIn(text: string): SeenHead | undefined {
  const [, number, chain] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text.trim()) ?? [];
  return chain === undefined ? undefined : { number: Number(number), chain };
}
