import type { Request } from 'express';
import Joi from 'joi';
import { unreadable } from '../../imports/import-file.js';
import { uploadedFile } from '../../web/multipart.js';

interface ImportForm {
  /** Lines that were pasted instead of a file. */
  readonly text: string;
  /** Whether what exists with other values is changed. */
  readonly changes: boolean;
  /** Whether new mailboxes without a password get one. */
  readonly generates: boolean;
}

const box = Joi.boolean().truthy('1').empty('').default(false);

export const importForm = Joi.object<ImportForm>({
  text: Joi.string().allow('').default(''),
  changes: box,
  generates: box,
});

/** The chosen file, or else the pasted text. @throws {InvalidInputError} if there is neither. */
export function contentIn(req: Request, { text }: ImportForm): Buffer {
  const content = uploadedFile(req, 'file') ?? Buffer.from(text);
  if (content.length === 0) {
    throw unreadable('none');
  }
  return content;
}
