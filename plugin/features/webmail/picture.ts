import { drawApart } from '../../pictures/draw-apart.js';
import { type Picture, type PictureRefusal, mostPixels } from '../../pictures/picture.js';

export const mostPictureBytes = 200 * 1024;
/** It stands beside a name. */
const box = { width: 48, height: 48 } as const;

/** The limits as arguments of texts. */
export const pictureLimits = {
  ...box,
  kilobytes: mostPictureBytes / 1024,
  megapixels: mostPixels / 1_000_000,
} as const;

/** Why a file is refused: keys below `smtp-servers.errors`, which say the same of logos. */
type Refusal = `logo-${'size' | PictureRefusal}`;

/** Redraws an uploaded file, whatever its name. */
export async function readPicture(file: Buffer): Promise<Picture | Refusal> {
  if (file.length > mostPictureBytes) {
    return 'logo-size';
  }
  const drawn = await drawApart(file, box);
  return typeof drawn === 'string' ? `logo-${drawn}` : drawn;
}
