/** The shortest piece that an index of three-character sequences finds. */
export const shortestPiece = 3;
/** Longer words are cut into four pieces rather than two, since halves such as `.example` are common. */
const longestInHalves = 7;

/** Text that a typing error leaves: `text` and, if there are some, one of `further`. */
export interface IntactPiece {
  readonly text: string;
  readonly further: readonly string[];
}

/**
 * What is left of a word with one error: its second half, if the error is in the first one, and the reverse. Transposed
 * letters on both sides of a cut spoil no piece, since the one before it is a letter shorter. None for words that are too
 * short.
 */
export function intactPieces(word: string): readonly IntactPiece[] {
  const letters = Array.from(word);
  const { length } = letters;
  const part = (from: number, to = length): string => letters.slice(from, to).join('');
  const middle = Math.floor(length / 2);
  if (length <= shortestPiece) {
    return [];
  }
  if (length <= longestInHalves) {
    return [
      { text: part(0, Math.max(middle, shortestPiece)), further: [] },
      { text: part(Math.min(middle, length - shortestPiece)), further: [] },
    ];
  }
  const [first, third] = [Math.floor(length / 4), Math.floor((3 * length) / 4)];
  return [
    { text: part(0, middle - 1), further: [part(0, third - 1), part(third)] },
    { text: part(middle), further: [part(first), part(0, first - 1)] },
  ];
}
