/** A picture as mail programs show it: in one of the two formats that all of them know, without anything else in it. */
export interface Picture {
  readonly type: 'image/png' | 'image/jpeg';
  readonly content: Buffer;
  /** How large it is shown, in CSS pixels; the picture itself may have twice as many. */
  readonly width: number;
  readonly height: number;
}

/** The largest that a picture is shown, in CSS pixels. */
export interface Box {
  readonly width: number;
  readonly height: number;
}

/**
 * Why a file is no picture: it is of another type, damaged, an SVG that cannot be drawn, has too many pixels, takes too
 * much time or memory, or nothing can be seen in it.
 */
const pictureRefusals = ['type', 'damaged', 'svg', 'pixels', 'costly', 'empty'] as const;
export type PictureRefusal = (typeof pictureRefusals)[number];

const formats = ['png', 'jpeg', 'gif', 'webp', 'svg'] as const;
export type PictureFormat = (typeof formats)[number];

/** Tells a format by what is in the file, whatever it is called. */
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
