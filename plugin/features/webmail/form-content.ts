import type { Request } from 'express';
import { webmailIcons } from '../../panel/directory/webmail.js';
import { WebmailAddress } from '../../panel/directory/webmail-address.js';
import { type Picture, dataUrlOf } from '../../pictures/picture.js';
import type { Viewer } from '../../viewing/viewer.js';
import { parseWithRules } from '../../web/all-errors.js';
import { uploadedFile } from '../../web/multipart.js';
import type { PageContent } from '../../web/pages.js';
import { type WebmailForm, longestAddress, longestName, parseWebmailForm } from './forms.js';
import { mostPictureBytes, pictureLimits, readPicture } from './picture.js';
import type { WebmailPage } from './webmails.js';

/** Kept while other fields are corrected. */
export const unshown = { files: { picture: 'removePicture' } } as const;

/** The typed form and its picture, with all invalid fields at once. @throws {InvalidInputError} */
export async function typedIn(
  req: Request,
  rehearse: (viewer: Viewer, typed: WebmailForm) => Promise<unknown>,
): Promise<{ readonly typed: WebmailForm; readonly picture: Picture | undefined }> {
  const file = uploadedFile(req, 'picture');
  const picture = file && (await readPicture(file));
  const typed = await parseWithRules(req, {
    parse: parseWebmailForm,
    standIns: { name: 'x', address: 'https://webmail.invalid/' },
    besides:
      typeof picture === 'string'
        ? { picture: { key: `smtp-servers.errors.${picture}`, args: pictureLimits } }
        : {},
    rehearse,
  });
  return { typed, picture: typeof picture === 'string' ? undefined : picture };
}

export function contentOf(page: WebmailPage | undefined, title: string): PageContent {
  const { webmail, picture } = page ?? {};
  const { address } = webmail ?? {};
  return {
    title,
    section: 'webmail',
    webmail,
    picture: picture && { ...picture, url: dataUrlOf(picture) },
    isUnencrypted: address !== undefined && WebmailAddress.parse(address).isUnencrypted,
    icons: webmailIcons,
    longest: { name: longestName, address: longestAddress },
    mostPictureBytes,
    pictureLimits,
  };
}
