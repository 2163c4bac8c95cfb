import Joi from 'joi';
import { mostFileBytes, mostLines } from '../../imports/import-file.js';
import { importPermission } from '../../imports/imports.js';
import type { AnyImportKind } from '../../imports/kind.js';
import { languageFor } from '../../web/locale.js';
import { type ApiPart, type Operation, refusedTokens } from '../../web/operations.js';
import { importQuery } from './api-form.js';
import { sampleOf } from './sample.js';

/** Passwords that are handed out at once. */
export const mostPasswords = 1000;

const limits = `${mostLines.toLocaleString('en')} lines and ${mostFileBytes / 1024 ** 2} MB`;
const tooMany = 'More than 120 requests of the account in a minute, also refused ones';

export function importOperation(kind: AnyImportKind): Operation {
  const { key, columns } = kind;
  const names = columns.map(({ key: name }) => `${name} (${textOf(name)})`).join(', ');
  return {
    method: 'post',
    path: `/api/v1/imports/${key}`,
    access: kind.permission,
    id: `import${key.charAt(0).toUpperCase()}${key.slice(1)}`,
    summary: `Import ${key}`,
    description:
      `Reads a CSV file of at most ${limits}, in UTF-8, separated by commas, semicolons or tabs, whose first line ` +
      `names its columns, in any order: ${names}. With \`dry_run\`, the answer is the plan, with line, column and ` +
      'reason of what cannot be imported; sending its ID as `preview` to `/api/v1/bulk` applies exactly that. ' +
      `Without, all that can be imported is. The token also needs the scope ${importPermission}.`,
    file: { type: 'text/csv', example: sampleOf(kind, languageFor('en')).replace('\uFEFF', '') },
    query: importQuery(kind),
    success: { status: 202, text: 'The job that imports it.', body: 'BulkJob' },
    otherwise: { status: 200, text: 'The plan, with `dry_run`.', body: 'BulkPlan' },
    problems: {
      400: 'The body is not of this type, or the idempotency key is malformed.',
      ...refusedTokens,
      404: 'The account has no such domain.',
      413: 'The file is too large.',
      422: 'The file cannot be read, a parameter is not acceptable, or the idempotency key came with another file before.',
      429: `${tooMany} (once for every 4 MB), or more than two of over 1 MB at once.`,
      507: 'The disk has too little free space.',
    },
  };
}

function textOf(column: string): string {
  return languageFor('en').t(`imports.columns.${column}`);
}

export const passwordsOperation: Operation = {
  method: 'post',
  path: '/api/v1/imports/:id/passwords',
  access: importPermission,
  id: 'takePasswords',
  summary: 'Take generated passwords',
  description:
    `The passwords that an import generated for mailboxes that it has created, for a day: at most ${mostPasswords} ` +
    'at once. They are deleted as soon as they are sent, so ask until there are none. The ID is that of the plan.',
  success: { status: 200, text: 'The next passwords.', body: 'GeneratedPasswords' },
  problems: { ...refusedTokens, 404: 'There is no such plan of the account.', 429: `${tooMany}.` },
};

const text = Joi.string().required();

export const generatedPasswords = Joi.object({
  passwords: Joi.array()
    .items(Joi.object({ address: text, password: text }))
    .required(),
});

/** How programs import files. */
export function importApi(kinds: readonly AnyImportKind[]): ApiPart {
  return {
    about: 'They import files of domains, mailboxes and aliases in the same way.',
    operations: [...kinds.map(importOperation), passwordsOperation],
    schemas: { GeneratedPasswords: generatedPasswords },
  };
}
