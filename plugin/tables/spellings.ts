import { foldText } from '../database/fold-text.js';
import { errorsAtStart, mostErrors } from './typing-errors.js';

/** A row with its searched text, which is folded. */
export interface SearchedRow {
  readonly id: number;
  readonly text: string;
}

/** The words of a search as a row spells them. */
export interface SpelledSearch {
  readonly id: number;
  readonly words: readonly string[];
}

interface Spelled {
  readonly word: string;
  readonly distance: number;
}

/** Different spellings of all words of a search, the nearest first. */
export function nearestSpellings(
  rows: readonly SearchedRow[],
  words: readonly string[],
): readonly SpelledSearch[] {
  const typed = words.map((word) => new TypedWord(word));
  const found = new Map<string, SpelledSearch & { readonly distance: number }>();
  for (const { id, text } of rows) {
    const spelled = typed.map((word) => word.in(text)).filter((each) => each !== undefined);
    if (spelled.length === words.length) {
      const distance = spelled.reduce((sum, each) => sum + each.distance, 0);
      const inWords = spelled.map(({ word }) => word);
      const name = inWords.join(' ');
      if (distance < (found.get(name)?.distance ?? Infinity)) {
        found.set(name, { id, words: inWords, distance });
      }
    }
  }
  return [...found.values()].toSorted((a, b) => a.distance - b.distance);
}

/** One error weighs more than any difference in length. */
const ofOneError = 1000;

class TypedWord {
  readonly #word: string;
  readonly #most: number;
  /** By tokens, many of which are in several rows. */
  readonly #known = new Map<string, Spelled | undefined>();

  constructor(word: string) {
    this.#word = word;
    this.#most = mostErrors(word);
  }

  /**
   * The word as a text contains it, or else the nearest of the text's parts with all that follows up to the next space:
   * `buro` is `bureau@acme.example`, and `amce` is `acme.example`.
   */
  in(text: string): Spelled | undefined {
    return text.includes(this.#word)
      ? { word: this.#word, distance: 0 }
      : nearestOf(text.split(/\s+/).map((token) => this.#inToken(token)));
  }

  #inToken(token: string): Spelled | undefined {
    if (!this.#known.has(token)) {
      const parts = this.#lacksLetters(token) ? [] : partsIn(token);
      this.#known.set(token, nearestOf(parts.map((part) => this.#as(part))));
    }
    return this.#known.get(token);
  }

  /** Most tokens lack more of the word's letters than it may have errors. */
  #lacksLetters(token: string): boolean {
    let lacking = 0;
    for (const letter of this.#word) {
      lacking += token.includes(letter) ? 0 : 1;
    }
    return lacking > this.#most;
  }

  #as({ part, length }: Part): Spelled | undefined {
    const errors = errorsAtStart(this.#word, part, this.#most);
    return errors === undefined
      ? undefined
      : { word: part, distance: errors * ofOneError + Math.abs(length - this.#word.length) };
  }
}

function nearestOf(spelled: readonly (Spelled | undefined)[]): Spelled | undefined {
  let nearest: Spelled | undefined;
  for (const each of spelled) {
    if (each !== undefined && each.distance < (nearest?.distance ?? Infinity)) {
      nearest = each;
    }
  }
  return nearest;
}

/** A part of a token with all that follows, and its own length. */
interface Part {
  readonly part: string;
  readonly length: number;
}

const letters = /[\p{L}\p{N}\p{M}]+/gu;

function partsIn(token: string): readonly Part[] {
  return [...token.matchAll(letters)].map(({ 0: { length }, index }) => ({
    part: token.slice(index),
    length,
  }));
}

/** Folded words with the case and the accents that they have in one of the texts. */
export function asWritten(words: readonly string[], texts: readonly string[]): string {
  const parts = texts.flatMap((text) => text.split(/\s+/)).flatMap(partsIn);
  return words
    .map((word) => parts.find(({ part }) => foldText(part) === word)?.part ?? word)
    .join(' ');
}
