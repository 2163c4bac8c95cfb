import type PDFDocument from 'pdfkit';
import { type FontFile, filesFor, mainFont, readTrueType } from './font-files.js';

type Document = InstanceType<typeof PDFDocument>;

/** A font in the document, as PDFKit keeps it. Widths are in thousandths of the font size. */
export interface Face {
  readonly id: string;
  readonly isThin: boolean;
  has(codePoint: number): boolean;
  /** The shaped glyphs of a text in one direction, in drawing order. */
  shape(text: string): readonly Shaped[];
  /** Adds the font to the resources of a page or another drawing. */
  addTo(fonts: Record<string, unknown>): void;
}

export interface Shaped {
  /** Its number in the document. */
  readonly hex: string;
  readonly width: number;
  readonly advance: number;
  readonly xOffset: number;
  readonly yOffset: number;
}

export interface SimpleGlyph {
  readonly face: Face;
  readonly hex: string;
  readonly width: number;
}

/** The fonts of a document, loaded once when its texts need them. */
export class Fonts {
  readonly main: Face;
  readonly #document: Document;
  readonly #faces = new Map<string, Face>();
  readonly #byCodePoint = new Map<number, Face>();
  readonly #latin: (SimpleGlyph | undefined)[] = [];
  readonly #glyphs = new Map<number, SimpleGlyph>();

  constructor(document: Document) {
    this.#document = document;
    this.main = openFace(document, mainFont, false);
    this.#faces.set(mainFont, this.main);
  }

  /** Whether a text has characters that were not yet looked up in the fonts. */
  lacks(text: string): boolean {
    return (
      beyondLatin.test(text) &&
      Array.from(composed(text)).some((each) => !this.#byCodePoint.has(each.codePointAt(0) ?? 0))
    );
  }

  /** Loads the fonts that a text needs beyond the main font. */
  async load(text: string): Promise<void> {
    for (const character of composed(text)) {
      const codePoint = character.codePointAt(0) ?? 0;
      if (!this.#byCodePoint.has(codePoint)) {
        this.#byCodePoint.set(codePoint, await this.#find(codePoint));
      }
    }
  }

  faceOf(codePoint: number): Face {
    return this.#byCodePoint.get(codePoint) ?? this.main;
  }

  /** The glyph of a character that does not depend on its neighbours. */
  glyph(codePoint: number): SimpleGlyph {
    const known = this.#glyphs.get(codePoint);
    if (known !== undefined) {
      return known;
    }
    const face = this.faceOf(codePoint);
    const [shaped] = face.shape(String.fromCodePoint(codePoint));
    const glyph = { face, hex: shaped?.hex ?? '0000', width: shaped?.advance ?? 0 };
    this.#glyphs.set(codePoint, glyph);
    return glyph;
  }

  /** The main font's glyph of a character up to U+024F; undefined for controls and others. */
  latin(codePoint: number): SimpleGlyph | undefined {
    const known = this.#latin[codePoint];
    if (
      known !== undefined ||
      codePoint > lastLatin ||
      isControl.test(String.fromCodePoint(codePoint))
    ) {
      return known;
    }
    return (this.#latin[codePoint] = this.glyph(codePoint));
  }

  /** Adds all fonts, since a page's own are known only when it is full. */
  addTo(fonts: Record<string, unknown>): void {
    for (const face of this.#faces.values()) {
      face.addTo(fonts);
    }
  }

  async #find(codePoint: number): Promise<Face> {
    if (this.main.has(codePoint)) {
      return this.main;
    }
    for (const file of filesFor(codePoint)) {
      const face = await this.#open(file);
      if (face.has(codePoint)) {
        return face;
      }
    }
    return this.main;
  }

  async #open(file: FontFile): Promise<Face> {
    const known = this.#faces.get(file.path);
    if (known !== undefined) {
      return known;
    }
    const face = openFace(this.#document, await readTrueType(file), file.isThin);
    this.#faces.set(file.path, face);
    return face;
  }
}

/** Composes characters for drawing: fonts have `각`, not its three parts. */
export function composed(text: string): string {
  return text.normalize('NFC');
}

const lastLatin = 0x24f;
const isControl = /\p{Cc}/u;
/** Characters that must be looked up. */
const beyondLatin = /[\u0250-\u{10FFFF}]/u;

/** PDFKit's font. Its own text layout takes four times as long as ours. */
interface KitFont {
  readonly id: string;
  readonly font: { hasGlyphForCodePoint(codePoint: number): boolean };
  encode(text: string, features: object): [string[], KitPosition[]];
  ref(): unknown;
}

interface KitPosition {
  readonly xAdvance: number;
  readonly advanceWidth: number;
  readonly xOffset: number;
  readonly yOffset: number;
}

function openFace(document: Document, source: string | Uint8Array, isThin: boolean): Face {
  const kit: KitFont = Reflect.get(document.font(source), '_font');
  return {
    id: kit.id,
    isThin,
    has: (codePoint) => kit.font.hasGlyphForCodePoint(codePoint),
    shape(text) {
      const [glyphs, positions] = shapedBy(kit, text);
      return glyphs.map((hex, index) => shapedGlyph(hex, positions[index]));
    },
    addTo(fonts) {
      fonts[kit.id] ??= kit.ref();
    },
  };
}

/** fontkit throws on marks that a font does not position: they then stay in place. */
function shapedBy(kit: KitFont, text: string): [string[], KitPosition[]] {
  try {
    return kit.encode(text, {});
  } catch {
    return kit.encode(text, { abvm: false, blwm: false, mark: false, mkmk: false });
  }
}

function shapedGlyph(hex: string, position: KitPosition | undefined): Shaped {
  return {
    hex,
    width: position?.advanceWidth ?? 0,
    advance: position?.xAdvance ?? 0,
    xOffset: position?.xOffset ?? 0,
    yOffset: position?.yOffset ?? 0,
  };
}
