import sharp, { type Sharp } from 'sharp';
import {
  type Box,
  type Picture,
  type PictureFormat,
  type PictureRefusal,
  formatOf,
  mostPixels,
} from './picture.js';

/** Larger results become JPEG if they are photos, and a palette of 256 colours otherwise. */
const mostLosslessBytes = 64 * 1024;

sharp.cache(false);
sharp.concurrency(1);
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['Png', 'Jpeg', 'Nsgif', 'Webp', 'Svg'].map((name) => `VipsForeignLoad${name}Buffer`),
});

/**
 * Decodes a file and redraws it upright, in sRGB and without metadata, at most at twice its display size. An animation
 * becomes its first image.
 */
export async function draw(file: Buffer, box: Box): Promise<Picture | PictureRefusal> {
  const format = formatOf(file);
  if (format === undefined) {
    return 'type';
  }
  try {
    return await (format === 'svg' ? drawSvg(file, box) : drawPixels(file, box));
  } catch {
    return refusals[format] ?? 'damaged';
  }
}

const refusals: Partial<Record<PictureFormat, PictureRefusal>> = { svg: 'svg' };

async function drawPixels(file: Buffer, box: Box): Promise<Picture | PictureRefusal> {
  const { autoOrient: size } = await sharp(file, { limitInputPixels: false }).metadata();
  if (size.width * size.height > mostPixels) {
    return 'pixels';
  }
  const shown = within(box, size);
  const pixels = within(doubled(shown), size);
  const image = sharp(file, { failOn: 'error', limitInputPixels: mostPixels, autoOrient: true });
  return await finished(image.resize({ ...pixels, fit: 'fill' }), shown);
}

/** External references are not followed: librsvg loads nothing for a document without a base URL. */
async function drawSvg(file: Buffer, box: Box): Promise<Picture | PictureRefusal> {
  const size = await sizeOfSvg(file);
  const shown = hasSize(file) ? within(box, size) : filling(box, size);
  const pixels = doubled(shown);
  const density = (usualDensity * pixels.width) / size.width;
  if (density < leastDensity || density > mostDensity) {
    return 'svg';
  }
  return await finished(sharp(file, { density }).resize({ ...pixels, fit: 'fill' }), shown);
}

/** At this density, one unit of the drawing is one pixel of the picture. */
const usualDensity = 72;
const leastDensity = 1;
const mostDensity = 100_000;

async function sizeOfSvg(file: Buffer): Promise<Box> {
  const at = async (scale: number): Promise<Box> => {
    const density = usualDensity * scale;
    const { width, height } = await sharp(file, { density, limitInputPixels: false }).metadata();
    return { width: width / scale, height: height / scale };
  };
  const size = await at(1);
  // Rounded to whole pixels, the proportions of a drawing of three by two units would be lost.
  return Math.max(size.width, size.height) < 1000 ? await at(100) : size;
}

/** Whether a drawing states its size, rather than only its proportions. */
function hasSize(file: Buffer): boolean {
  const [root = ''] = /<svg\s[^>]*>/i.exec(file.toString('utf8')) ?? [];
  return /\s(?:width|height)\s*=\s*["']\s*[\d.]+\s*(?!%)[a-z]*\s*["']/i.test(root);
}

async function finished(image: Sharp, shown: Box): Promise<Picture | PictureRefusal> {
  const { data, info } = await image
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const drawn = sharp(data, { raw: info });
  const { isOpaque, channels } = await drawn.stats();
  if (channels[3]?.max === 0) {
    return 'empty';
  }
  return { ...(await encoded(isOpaque ? drawn.removeAlpha() : drawn, isOpaque)), ...shown };
}

async function encoded(
  drawn: Sharp,
  isOpaque: boolean,
): Promise<Pick<Picture, 'type' | 'content'>> {
  const png = await drawn.clone().png({ compressionLevel: 9 }).toBuffer();
  if (png.length <= mostLosslessBytes) {
    return { type: 'image/png', content: png };
  }
  if (isOpaque) {
    const jpeg = drawn.jpeg({ quality: 85, chromaSubsampling: '4:4:4', mozjpeg: true });
    return { type: 'image/jpeg', content: await jpeg.toBuffer() };
  }
  return { type: 'image/png', content: await drawn.png({ palette: true }).toBuffer() };
}

/** The largest size of these proportions that fits, enlarged if need be. */
function filling(box: Box, size: Box): Box {
  return scaled(size, Math.min(box.width / size.width, box.height / size.height));
}

function within(box: Box, size: Box): Box {
  return scaled(size, Math.min(1, box.width / size.width, box.height / size.height));
}

function scaled({ width, height }: Box, by: number): Box {
  return {
    width: Math.max(1, Math.round(width * by)),
    height: Math.max(1, Math.round(height * by)),
  };
}

function doubled({ width, height }: Box): Box {
  return { width: 2 * width, height: 2 * height };
}
