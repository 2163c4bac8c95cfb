import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { decompress } from 'wawoff2';

const { resolve } = createRequire(import.meta.url);

/** Narrow, and complete for Latin, Greek, Cyrillic, Armenian, Georgian, Hebrew, Arabic and Lao. */
export const mainFont = resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf');

/** For all else, in this order, each in files for a part of its characters. */
const families = [
  'noto-sans-thai',
  'noto-sans-devanagari',
  'noto-sans-bengali',
  'noto-sans-tamil',
  'noto-sans-telugu',
  'noto-sans-gujarati',
  'noto-sans-gurmukhi',
  'noto-sans-kannada',
  'noto-sans-malayalam',
  'noto-sans-oriya',
  'noto-sans-sinhala',
  'noto-sans-khmer',
  'noto-sans-myanmar',
  'noto-sans-ethiopic',
  'noto-sans-kr',
  'noto-sans-sc',
  'noto-emoji',
] as const;

/** Their default weight is 100: a line around each glyph makes it as heavy as the others. */
const thin = new Set<string>(['noto-sans-sc', 'noto-sans-kr']);

export interface FontFile {
  readonly path: string;
  readonly isThin: boolean;
  mayHave(codePoint: number): boolean;
}

let known: readonly FontFile[] | undefined;

/** The files that may have a character: not all that is said about them is true. */
export function filesFor(codePoint: number): readonly FontFile[] {
  known ??= families.flatMap(filesOf);
  return known.filter((file) => file.mayHave(codePoint));
}

/** Embedding reads glyphs where a TrueType file has them, which WOFF2 rearranges. */
export async function readTrueType({ path }: FontFile): Promise<Uint8Array> {
  // What it returns is its own memory, which the next font overwrites.
  return Buffer.from(await decompress(readFileSync(path)));
}

function filesOf(family: string): FontFile[] {
  const name = `@fontsource-variable/${family}`;
  const subsets: Readonly<Record<string, string>> = JSON.parse(
    readFileSync(resolve(`${name}/unicode.json`), 'utf8'),
  );
  return Object.entries(subsets)
    .filter(([subset]) => !/latin|cyrillic|greek|vietnamese/.test(subset))
    .map(([subset, ranges]) => {
      const part = subset.replaceAll(/[[\]]/g, '');
      return {
        path: resolve(`${name}/files/${family}-${part}-wght-normal.woff2`),
        isThin: thin.has(family),
        mayHave: within(ranges),
      };
    });
}

/** `U+900-97f,U+1cd0` */
function within(ranges: string): (codePoint: number) => boolean {
  const pairs = ranges.split(',').map((range) => {
    const [first = '', last = first] = range.replace('U+', '').split('-');
    return [Number.parseInt(first, 16), Number.parseInt(last, 16)] as const;
  });
  return (codePoint) => pairs.some(([first, last]) => codePoint >= first && codePoint <= last);
}
