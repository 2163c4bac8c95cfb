import Joi from 'joi';
import { type Webmail, webmailIcons } from '../../panel/directory/webmail.js';
import { WebmailAddress } from '../../panel/directory/webmail-address.js';
import { type FormValues, parseForm, parsedBy } from '../../web/forms.js';

export const longestName = 100;
/** A host in A-labels is longer than what was typed, and the column takes 500 characters. */
export const longestAddress = 240;

export interface WebmailForm {
  readonly version: number;
  readonly name: string;
  readonly address: WebmailAddress;
  readonly icon: Webmail['icon'];
  readonly isDefault: boolean;
  readonly removePicture: boolean;
}

const box = Joi.boolean().truthy('1').empty('').default(false);

const form = Joi.object<WebmailForm>({
  version: Joi.number().integer().default(0),
  name: Joi.string()
    .trim()
    .max(longestName)
    .pattern(/^[^\p{Cc}\u2028\u2029]*$/u, 'plain')
    .required(),
  address: Joi.string()
    .trim()
    .max(longestAddress)
    .required()
    .custom(parsedBy((text) => WebmailAddress.parse(text))),
  icon: Joi.valid(...webmailIcons).default('mail'),
  isDefault: box,
  removePicture: box,
});

/** @throws {InvalidInputError} */
export function parseWebmailForm(body: unknown): WebmailForm {
  return parseForm(form, body);
}

/** The key of the notice after one was added or changed, which warns of unencrypted addresses. */
export function noticeAfter(did: 'created' | 'saved', { isUnencrypted }: WebmailAddress): string {
  return `webmail.notice-${did}${isUnencrypted ? '-unencrypted' : ''}`;
}

export function webmailValues(webmail: Webmail | undefined): FormValues {
  const { version = 0, name = '', address = '', icon = 'mail', isDefault = false } = webmail ?? {};
  return {
    version: String(version),
    name,
    address,
    icon,
    isDefault: isDefault ? '1' : '',
    removePicture: '',
  };
}
