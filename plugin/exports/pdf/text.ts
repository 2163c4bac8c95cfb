import { createRequire } from 'node:module';
import type { Bidi } from 'bidi-js';
import { type Face, type Fonts, type Shaped, composed } from './fonts.js';

/** A line of text with the operators that draw it at the current text position (ISO 32000-1, §9.4). */
export interface Line {
  readonly operators: string;
  /** In points. */
  readonly width: number;
  readonly isRightToLeft: boolean;
}

/** Scripts whose characters need no shaping. */
const simple =
  /^[\u0020-\u02FF\u0370-\u0482\u048A-\u058F\u10A0-\u11FF\u1E00-\u200A\u2010-\u2027\u2030-\u205F\u20A0-\u20CF\u2100-\u2BFF\u3000-\u3029\u3030-\u3098\u309B-\uA48F\uAC00-\uD7A3\uF900-\uFAFF\uFF00-\uFFEF\u{20000}-\u{3FFFF}]*$/u;
const rightToLeft =
  /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

/** Breaks a text into lines no wider than `width`: at spaces where it can, within words where it must. */
export function wrap(fonts: Fonts, text: string, width: number, size: number): readonly Line[] {
  const line = latinLine(fonts, text, width, size);
  return line === undefined ? wrapAny(fonts, text, width, size) : [line];
}

/** The fast path for nearly all texts: Latin, and short enough for one line. */
function latinLine(fonts: Fonts, text: string, width: number, size: number): Line | undefined {
  const most = (width * 1000) / size;
  let hex = '';
  let used = 0;
  for (let index = 0; index < text.length; index += 1) {
    const glyph = fonts.latin(text.charCodeAt(index));
    if (glyph === undefined || used > most) {
      return undefined;
    }
    hex += glyph.hex;
    used += glyph.width;
  }
  return used > most
    ? undefined
    : {
        operators: hex === '' ? '' : `/${fonts.main.id} ${size} Tf <${hex}> Tj`,
        width: (used * size) / 1000,
        isRightToLeft: false,
      };
}

function wrapAny(fonts: Fonts, text: string, width: number, size: number): Line[] {
  const clean = composed(text).replaceAll('\t', ' ');
  return clean
    .split(/\r\n|[\n\r\u0085\u2028\u2029]/)
    .map((paragraph) => paragraph.replaceAll(/\p{Cc}/gu, '\uFFFD'))
    .flatMap((paragraph) =>
      simple.test(paragraph)
        ? wrapSimple(fonts, paragraph, width, size)
        : wrapShaped(fonts, paragraph, width, size),
    );
}

/** Approximate width of a text on one line. */
export function widthOf(fonts: Fonts, text: string, size: number): number {
  let width = 0;
  for (const character of composed(text)) {
    width += fonts.glyph(character.codePointAt(0) ?? 0).width;
  }
  return (width * size) / 1000;
}

function wrapSimple(fonts: Fonts, text: string, width: number, size: number): Line[] {
  const most = (width * 1000) / size;
  const lines: Line[] = [];
  let glyphs: SimpleGlyphs = [];
  let used = 0;
  let breakAt = 0;
  for (const character of text) {
    const glyph = fonts.glyph(character.codePointAt(0) ?? 0);
    if (used + glyph.width > most && glyphs.length > 0) {
      const end = breakAt > 0 ? breakAt : glyphs.length;
      lines.push(simpleLine(glyphs.slice(0, end), size));
      glyphs = glyphs.slice(end);
      used = glyphs.reduce((sum, each) => sum + each.width, 0);
      breakAt = 0;
    }
    glyphs.push(glyph);
    used += glyph.width;
    breakAt = isBreak(character) ? glyphs.length : breakAt;
  }
  return [...lines, simpleLine(glyphs, size)];
}

type SimpleGlyphs = ReturnType<Fonts['glyph']>[];

/** A line may break after these: spaces, and what separates the parts of an address. */
function isBreak(character: string): boolean {
  return /[\s@.,;/&-]/.test(character);
}

function simpleLine(glyphs: SimpleGlyphs, size: number): Line {
  let operators = '';
  let face: Face | undefined;
  let width = 0;
  for (const glyph of glyphs) {
    if (glyph.face !== face) {
      operators += face === undefined ? '' : `> Tj ${after(face)}`;
      operators += `${before(glyph.face, size)}<`;
      ({ face } = glyph);
    }
    operators += glyph.hex;
    width += glyph.width;
  }
  operators += face === undefined ? '' : `> Tj ${after(face)}`;
  return { operators, width: (width * size) / 1000, isRightToLeft: false };
}

/** A thin face gets an outline around its glyphs. */
function before({ id, isThin }: Face, size: number): string {
  return `/${id} ${size} Tf ${isThin ? `2 Tr ${size * 0.03} w ` : ''}`;
}

function after({ isThin }: Face): string {
  return isThin ? '0 Tr ' : '';
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

function wrapShaped(fonts: Fonts, text: string, width: number, size: number): Line[] {
  const lines: string[] = [];
  let current = '';
  let used = 0;
  for (const piece of text.split(/(?<=[\s@.,;/&-])/)) {
    const parts = widthOf(fonts, piece, size) > width ? segments(piece) : [piece];
    for (const part of parts) {
      const wide = widthOf(fonts, part, size);
      if (used + wide > width && current !== '') {
        lines.push(current);
        current = '';
        used = 0;
      }
      current += part;
      used += wide;
    }
  }
  return [...lines, current].map((line) => shapedLine(fonts, line, size));
}

function segments(text: string): string[] {
  return Array.from(graphemes.segment(text), ({ segment }) => segment);
}

/** Keeps the original text of what was reordered for drawing, for copying and searching. */
function shapedLine(fonts: Fonts, text: string, size: number): Line {
  const isRightToLeft = rightToLeft.test(text);
  const runs = isRightToLeft ? inVisualOrder(fonts, text) : byFace(fonts, text);
  let operators = '';
  let width = 0;
  for (const { face, text: run } of runs) {
    const glyphs = face.shape(run);
    operators += before(face, size) + placed(glyphs, size) + after(face);
    width += glyphs.reduce((sum, { advance }) => sum + advance, 0);
  }
  return {
    operators: isRightToLeft ? operators : withText(text, operators),
    width: (width * size) / 1000,
    isRightToLeft,
  };
}

/** Original text of drawn operators (ISO 32000-1, §14.9.4). Readers reorder right-to-left texts themselves. */
function withText(text: string, operators: string): string {
  const utf16 = Buffer.from(`\uFEFF${text}`, 'utf16le').swap16().toString('hex');
  return `/Span <</ActualText <${utf16}>>> BDC ${operators}EMC `;
}

/** It is CommonJS, although its types say otherwise. */
const newBidi: () => Bidi = createRequire(import.meta.url)('bidi-js');
let bidi: Bidi | undefined;

/** Runs of one direction, from left to right (UAX #9). Shaping reverses right-to-left runs. */
function inVisualOrder(fonts: Fonts, text: string): FaceRun[] {
  bidi ??= newBidi();
  const embedding = bidi.getEmbeddingLevels(text);
  const mirrored = bidi.getMirroredCharactersMap(text, embedding.levels);
  const runs: { level: number; indices: number[] }[] = [];
  for (const index of bidi.getReorderedIndices(text, embedding)) {
    const level = embedding.levels[index] ?? 0;
    const run = runs.at(-1);
    if (run?.level === level) {
      run.indices.push(index);
    } else {
      runs.push({ level, indices: [index] });
    }
  }
  return runs.flatMap(({ level, indices }) => {
    const written = indices.toSorted((a, b) => a - b);
    const faces = byFace(fonts, written.map((at) => mirrored.get(at) ?? text[at]).join(''));
    return level % 2 === 0 ? faces : faces.toReversed().map(asShaped);
  });
}

/** Shaping does not reverse text without a direction. */
function asShaped({ face, text }: FaceRun): FaceRun {
  return { face, text: rightToLeft.test(text) ? text : segments(text).toReversed().join('') };
}

interface FaceRun {
  readonly face: Face;
  readonly text: string;
}

/** Marks and joiners stay with their base character. */
function byFace(fonts: Fonts, text: string): FaceRun[] {
  const runs: { face: Face; text: string }[] = [];
  for (const segment of segments(text)) {
    const face = fonts.faceOf(segment.codePointAt(0) ?? 0);
    const run = runs.at(-1);
    if (run?.face === face) {
      run.text += segment;
    } else {
      runs.push({ face, text: segment });
    }
  }
  return runs;
}

/** Glyphs with their own offsets: above, below or over others. */
function placed(glyphs: readonly Shaped[], size: number): string {
  let operators = '';
  let shown = '';
  for (const { hex, width, advance, xOffset, yOffset } of glyphs) {
    if (yOffset !== 0) {
      operators += `${shown === '' ? '' : `[${shown}] TJ `}${rounded((yOffset * size) / 1000)} Ts `;
      operators += `[${rounded(-xOffset)}<${hex}>${rounded(width - advance + xOffset)}] TJ 0 Ts `;
      shown = '';
    } else {
      shown += xOffset === 0 ? `<${hex}>` : `${rounded(-xOffset)}<${hex}>`;
      const back = width - advance + xOffset;
      shown += back === 0 ? '' : String(rounded(back));
    }
  }
  return shown === '' ? operators : `${operators}[${shown}] TJ `;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
