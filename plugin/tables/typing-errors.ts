/** How many errors a word may have. Shorter words resemble too many others. */
export function mostErrors({ length }: string): number {
  return length < 3 ? 0 : length < 8 ? 1 : 2;
}

/**
 * The distance of a word to the nearest beginning of a text: letters that are wrong, missing or too many, and transposed
 * neighbours (Damerau's distance, optimal string alignment).
 *
 * @returns undefined if it is more than `most`.
 */
export function errorsAtStart(word: string, text: string, most: number): number | undefined {
  const width = Math.min(text.length, word.length + most);
  let above: number[] = [];
  let row = Array.from({ length: width + 1 }, (_none, column) => column);
  for (let at = 1; at <= word.length; at += 1) {
    const next = nextRow({ word, text, at }, row, above);
    if (Math.min(...next) > most) {
      return undefined;
    }
    [above, row] = [row, next];
  }
  return Math.min(...row);
}

interface Place {
  readonly word: string;
  readonly text: string;
  /** The number of letters of the word. */
  readonly at: number;
}

function nextRow(
  { word, text, at }: Place,
  row: readonly number[],
  above: readonly number[],
): number[] {
  const letter = word[at - 1];
  let left = at;
  const next = [left];
  for (let column = 1; column < row.length; column += 1) {
    const isSame = letter === text[column - 1];
    left = Math.min(
      left + 1,
      numberAt(row, column) + 1,
      numberAt(row, column - 1) + (isSame ? 0 : 1),
    );
    if (!isSame && letter === text[column - 2] && word[at - 2] === text[column - 1]) {
      left = Math.min(left, numberAt(above, column - 2) + 1);
    }
    next.push(left);
  }
  return next;
}

function numberAt(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
