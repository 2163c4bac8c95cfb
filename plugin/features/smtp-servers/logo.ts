import { drawApart } from '../../pictures/draw-apart.js';
import { type Picture, type PictureRefusal, mostPixels } from '../../pictures/picture.js';
import { escapeHtml } from '../../web/escape.js';

export const mostLogoBytes = 200 * 1024;
const box = { width: 300, height: 150 } as const;

/** The limits as arguments of texts. */
export const logoLimits = {
  ...box,
  kilobytes: mostLogoBytes / 1024,
  megapixels: mostPixels / 1_000_000,
} as const;

/** The picture in a signature. */
export type Logo = Picture;

/** Why a file is refused: keys below `smtp-servers.errors`. */
export type LogoRefusal = 'logo-size' | `logo-${PictureRefusal}`;

/** Redraws an uploaded file for mail programs, whatever its name. */
export async function readLogo(file: Buffer): Promise<Logo | LogoRefusal> {
  if (file.length > mostLogoBytes) {
    return 'logo-size';
  }
  const drawn = await drawApart(file, box);
  return typeof drawn === 'string' ? `logo-${drawn}` : drawn;
}

/** A logo as HTML. Outlook takes a picture's size only from its attributes. */
export function logoHtml(
  { width, height }: Logo,
  { url, alt }: Record<'url' | 'alt', string>,
): string {
  return `<p><img src="${escapeHtml(url)}" alt="${escapeHtml(alt)}" width="${width}" height="${height}" style="max-width:100%;height:auto"></p>`;
}
