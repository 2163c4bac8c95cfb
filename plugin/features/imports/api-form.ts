import { createHash } from 'node:crypto';
import type { Request } from 'express';
import Joi from 'joi';
import type { AnyImportKind } from '../../imports/kind.js';
import type { RequestKey } from '../../previews/store.js';
import { parseForm } from '../../web/forms.js';
import { idempotencyKeyIn } from '../../web/idempotency.js';

/** How a program wants a file to be taken. */
export interface ImportQuery {
  readonly dry_run: boolean;
  readonly domain: string;
  readonly change: boolean;
  readonly generate: boolean;
}

const box = (text: string): Joi.BooleanSchema => Joi.boolean().default(false).description(text);
const dryRun = box('Only previews it; the answer has the ID that applies it.');
const domain = Joi.string()
  .max(1000)
  .default('')
  .description('The only domain that it is about: then the part before the @ is enough.');
const change = box('Changes what already exists and differs; otherwise such lines are refused.');
const generate = box('Generates a password for each new mailbox without one.');

/** The parameters that files of a kind take. */
export function importQuery({
  key,
  columns,
  isOnlyAdded,
}: AnyImportKind): Joi.ObjectSchema<ImportQuery> {
  return Joi.object<ImportQuery>({
    dry_run: dryRun,
    ...(key !== 'domains' && { domain }),
    ...(isOnlyAdded !== true && { change }),
    ...(columns.some(({ isSecret }) => isSecret === true) && { generate }),
  });
}

/** @throws {InvalidInputError} */
export function queryOf(kind: AnyImportKind, req: Request): ImportQuery {
  const none = { domain: '', change: false, generate: false };
  return { ...none, ...parseForm(importQuery(kind).unknown(false), req.query) };
}

/** The key of a request, which stands for this file with these parameters. @throws {BadRequestError} */
export function keyOf(
  { key }: Pick<AnyImportKind, 'key'>,
  req: Request,
  asked: { readonly query: ImportQuery; readonly content: Buffer },
): RequestKey | undefined {
  const given = idempotencyKeyIn(req.get('idempotency-key'));
  const { dry_run: isDry, domain: name, change: changes, generate: generates } = asked.query;
  const hash = createHash('sha256');
  hash.update(JSON.stringify([key, isDry, name, changes, generates]));
  hash.update(asked.content);
  return given === undefined ? undefined : { key: given, fingerprint: hash.digest('hex') };
}
