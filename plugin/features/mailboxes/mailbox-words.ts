import type { Knex } from 'knex';
import { foldText } from '../../database/fold-text.js';

/** In characters. */
const longest = 64;
const mostWords = 20;

/** The folded words by which people look for a mailbox: those of its local part and of its owner's name. */
export function wordsOf(address: string, displayName: string): readonly string[] {
  const local = address.slice(0, address.lastIndexOf('@'));
  const words = foldText(`${displayName} ${local}`).split(/[^\p{L}\p{N}]+/u);
  const kept = words
    .filter((word) => word !== '')
    .map((word) => Array.from(word).slice(0, longest).join(''));
  return [...new Set(kept)].slice(0, mostWords);
}

export async function replaceWords(tx: Knex, id: number, words: readonly string[]): Promise<void> {
  await tx('mailbox_words').where({ id }).delete();
  if (words.length > 0) {
    await tx('mailbox_words').insert(words.map((word) => ({ word, id })));
  }
}
