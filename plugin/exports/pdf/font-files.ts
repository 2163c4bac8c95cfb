import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decompress } from 'wawoff2';

/** Narrow, and complete for Latin, Greek, Cyrillic, Armenian, Georgian, Hebrew, Arabic and Lao. */
export const mainFont = fileURLToPath(
  import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf'),
);

/** For all else, in this order, each in files for a part of its characters: which, its `unicode.json` says. */
const families = (): readonly string[] => [
  import.meta.resolve('@fontsource-variable/noto-sans-thai/unicode.json'),
  import.meta.resolve('@fontsource-variable/noto-sans-devanagari/unicode.json'),
  import.meta.resolve('@fontsource-variable/noto-sans-bengali/unicode.json'),
  import.meta.resolve('@fontsource-variable/noto-sans-tamil/unicode.json'),
  import.meta.resolve('@fontsource-variable/noto-sans-telugu/unicode.json'),
  import.meta.resolve('@fontsource-variable/noto-sans-gujarati/unicode.json'),
  import.meta.resolve('@fontsource-variable/noto-sans-gurmukhi/unicode.json'),
  import.meta.resolve('@fontsource-variable/noto-sans-kannada/unicode.json'),
  import.meta.resolve('@fontsource-variable/noto-sans-malayalam/unicode.json'),
  import.meta.resolve('@fontsource-variable/noto-sans-oriya/unicode.json'),
  import.meta.resolve('@fontsource-variable/noto-sans-sinhala/unicode.json'),
  import.meta.resolve('@fontsource-variable/noto-sans-khmer/unicode.json'),
  import.meta.resolve('@fontsource-variable/noto-sans-myanmar/unicode.json'),
  import.meta.resolve('@fontsource-variable/noto-sans-ethiopic/unicode.json'),
  import.meta.resolve('@fontsource-variable/noto-sans-kr/unicode.json'),
  import.meta.resolve('@fontsource-variable/noto-sans-sc/unicode.json'),
  import.meta.resolve('@fontsource-variable/noto-emoji/unicode.json'),
];

/** Their default weight is 100: an outline makes the glyphs as heavy as the others. */
const thin = new Set<string>(['noto-sans-sc', 'noto-sans-kr']);

export interface FontFile {
  readonly path: string;
  readonly isThin: boolean;
  mayHave(codePoint: number): boolean;
}

let known: readonly FontFile[] | undefined;

/** Files that may contain a character: their declared ranges are not always right. */
export function filesFor(codePoint: number): readonly FontFile[] {
  known ??= families().flatMap(filesOf);
  return known.filter((file) => file.mayHave(codePoint));
}

/** Decompresses to TrueType, since embedding reads its tables, which WOFF2 transforms. */
export async function readTrueType({ path }: FontFile): Promise<Uint8Array> {
  // Returns its own memory, which the next font overwrites.
  return Buffer.from(await decompress(readFileSync(path)));
}

function filesOf(unicode: string): FontFile[] {
  const folder = dirname(fileURLToPath(unicode));
  const family = basename(folder);
  const subsets: Readonly<Record<string, string>> = JSON.parse(
    readFileSync(fileURLToPath(unicode), 'utf8'),
  );
  return Object.entries(subsets)
    .filter(([subset]) => !/latin|cyrillic|greek|vietnamese/.test(subset))
    .map(([subset, ranges]) => {
      const part = subset.replaceAll(/[[\]]/g, '');
      return {
        path: join(folder, 'files', `${family}-${part}-wght-normal.woff2`),
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
