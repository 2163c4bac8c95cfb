/**
 * A picture for mail programs: in one of two formats that all of them support, and without anything else in the file.
 */
export interface Picture {
  readonly type: 'image/png' | 'image/jpeg';
  readonly content: Buffer;
  /** Display size in CSS pixels; the picture itself may have twice as many. */
  readonly width: number;
  readonly height: number;
}

/** The most pixels of an uploaded picture; with 16 bits per channel they take 200 MB. */
export const mostPixels = 25_000_000;

/** The largest display size, in CSS pixels. */
export interface Box {
  readonly width: number;
  readonly height: number;
}

/**
 * Why a file is refused: wrong type, damaged, an SVG that cannot be drawn, too many pixels, too much time or memory, or
 * blank.
 */
const pictureRefusals = ['type', 'damaged', 'svg', 'pixels', 'costly', 'empty'] as const;
export type PictureRefusal = (typeof pictureRefusals)[number];

const formats = ['png', 'jpeg', 'gif', 'webp', 'svg'] as const;
export type PictureFormat = (typeof formats)[number];

/** Detects the format by the file's content, whatever its name. */
export function formatOf(file: Buffer): PictureFormat | undefined {
  const start = file.subarray(0, 1024).toString('latin1');
  return formats.find((format) => starts[format].test(start));
}

const starts: Readonly<Record<PictureFormat, RegExp>> = {
  // PNG 3 §5.2
  png: /^\x89PNG\r\n\cZ\n/,
  // ITU-T T.81 §B.1.1.3
  jpeg: /^\xff\xd8\xff/,
  gif: /^GIF8[79]a/,
  // RFC 9649 §2.4
  webp: /^RIFF[^]{4}WEBP/,
  svg: /^(?:\xef\xbb\xbf)?\s*(?:<\?xml|<!--|<!DOCTYPE svg|<svg[\s>])/i,
};

/** A picture as a data URL, without a request of its own. */
export function dataUrlOf({ type, content }: Picture): string {
  return `data:${type};base64,${content.toString('base64')}`;
}
