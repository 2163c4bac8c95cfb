import type { Request, Response } from 'express';
import type Joi from 'joi';
import { ConflictError, type FieldError, type FieldErrors, InvalidInputError } from '../errors.js';
import type { PageContent, Pages } from './pages.js';
import { unknownNames } from './unknown-names.js';

/** Field values by name, as a form shows them. */
export type FormValues = Readonly<Record<string, string>>;

/**
 * Parses an untrusted body into a typed value.
 *
 * @throws {InvalidInputError} with every field's error at once.
 */
export function parseForm<T>(schema: Joi.ObjectSchema<T>, body: unknown): T {
  const result = schema.validate(body ?? {}, { ...everyError, stripUnknown: true });
  if (result.error === undefined) {
    return result.value;
  }
  throw new InvalidInputError(
    firstErrors(result.error.details, ({ path }) => String(path[0] ?? '')),
  );
}

/**
 * Parses a program's JSON into a typed value: strings are not converted to numbers, and unknown names are refused.
 *
 * @throws {InvalidInputError} whose fields are JSON pointers less their first slash, such as `to/1` (RFC 6901).
 */
export function parseJson<T>(schema: Joi.ObjectSchema<T>, body: unknown): T {
  const strange = unknownNames(schema, body, mostUnknown + 1);
  if (strange.length > mostUnknown) {
    const refusals = strange.slice(0, mostUnknown).map((path) => [pointerOf(path), unknownName]);
    throw new InvalidInputError(Object.fromEntries(refusals));
  }
  const result = schema.required().validate(body, { ...everyError, convert: false });
  if (result.error === undefined) {
    return result.value;
  }
  throw new InvalidInputError(firstErrors(result.error.details, ({ path }) => pointerOf(path)));
}

/** Unknown names reported in addition to other errors. If there are more, they are reported alone. */
const mostUnknown = 10;
const unknownName: FieldError = { key: 'errors.field.object.unknown' };

/** Joi's own messages are not used, and building them takes longer than the checks. */
const everyError: Joi.ValidationOptions = { abortEarly: false, errors: { render: false } };

/** Longer than any name of ours; a made-up name is truncated to this. */
const longestShown = 200;

function pointerOf(path: readonly (string | number)[]): string {
  return path.map(pointerPart).join('/');
}

function pointerPart(part: string | number): string {
  const name = String(part);
  const shown = name.length > longestShown ? `${name.slice(0, longestShown)}…` : name;
  return shown.replaceAll('~', '~0').replaceAll('/', '~1');
}

/**
 * Parses options in groups into a typed value.
 *
 * @throws {InvalidInputError} whose fields are paths, such as `ports.imap`.
 */
export function parseNested<T>(schema: Joi.ObjectSchema<T>, options: unknown): T {
  const result = schema.required().validate(options, {
    abortEarly: false,
    stripUnknown: true,
  });
  if (result.error === undefined) {
    return result.value;
  }
  throw new InvalidInputError(firstErrors(result.error.details, ({ path }) => path.join('.')));
}

/** Nobody reads more of them, and there can be thousands. */
const mostErrors = 100;

function firstErrors(
  details: readonly Joi.ValidationErrorItem[],
  fieldOf: (detail: Joi.ValidationErrorItem) => string,
): FieldErrors {
  const fields = new Map<string, FieldError>();
  for (const detail of details.slice(0, mostErrors)) {
    const field = fieldOf(detail);
    fields.set(field, fields.get(field) ?? fieldError(detail));
  }
  return Object.fromEntries(fields);
}

/**
 * A custom Joi rule from a parser that throws errors with a `key` and optional `args`.
 *
 * @example Joi.string().custom(parsedBy((text) => EmailAddress.parse(text)))
 */
export function parsedBy<T>(parse: (text: string) => T): Joi.CustomValidator<string, T> {
  return (text, helpers) => {
    try {
      return parse(text);
    } catch (error) {
      if (error instanceof Error && 'key' in error && typeof error.key === 'string') {
        return helpers.error('relais.parsed', { refusal: error });
      }
      throw error;
    }
  };
}

/** Result of a custom Joi rule that refuses a value. */
export function refusing(helpers: Joi.CustomHelpers, key: string): Joi.ErrorReport {
  return helpers.error('relais.parsed', { refusal: { key } });
}

export interface Form<Loaded> {
  readonly view: string;
  load(req: Request): Promise<Loaded>;
  /** The page's content in addition to the fields. */
  content(loaded: Loaded, req: Request): PageContent;
  /** Values of the fields; left out if no field shows one. */
  values?(loaded: Loaded): FormValues;
  submit(req: Request, res: Response): Promise<void>;
}

/** The two handlers of a form: invalid input renders it again with what was typed and an error at each field. */
export function formHandlers<Loaded>(
  pages: Pages,
  form: Form<Loaded>,
): Record<'show' | 'submit', (req: Request, res: Response) => Promise<void>> {
  const show = async (
    req: Request,
    res: Response,
    refused?: InvalidInputError | ConflictError,
  ): Promise<void> => {
    const loaded = await form.load(req);
    const stored = form.values?.(loaded) ?? {};
    res.status(refused?.status ?? 200);
    pages.show(req, res, form.view, {
      ...form.content(loaded, req),
      values: refused === undefined ? stored : typed(stored, req.body),
      stored,
      errors: refused instanceof InvalidInputError ? refused.fields : noErrors,
      conflict: refused instanceof ConflictError ? refused : undefined,
    });
  };

  return {
    show: (req, res) => show(req, res),
    async submit(req, res) {
      try {
        await form.submit(req, res);
      } catch (error) {
        if (!(error instanceof InvalidInputError || error instanceof ConflictError)) {
          throw error;
        }
        await show(req, res, error);
      }
    },
  };
}

const noErrors: FieldErrors = {};

/** Browsers omit unticked boxes, so fields missing from a body are empty. */
function typed(stored: FormValues, body: unknown): FormValues {
  const sent = typeof body === 'object' && body !== null ? Object.entries(body) : [];
  const texts = new Map(
    sent.map(([name, value]) => [name, Array.isArray(value) ? value.at(-1) : value]),
  );
  return Object.fromEntries(
    Object.keys(stored).map((name) => {
      const value: unknown = texts.get(name);
      return [name, typeof value === 'string' ? value : ''];
    }),
  );
}

function fieldError({ type, context }: Joi.ValidationErrorItem): FieldError {
  if (type === 'relais.parsed') {
    const refusal: FieldError = context?.['refusal'];
    return { key: refusal.key, ...(refusal.args && { args: refusal.args }) };
  }
  const limit: unknown = context?.['limit'];
  return {
    key: patternKey(context?.['name']) ?? `errors.field.${type}`,
    ...(typeof limit === 'number' ? { args: { count: limit } } : {}),
  };
}

/** A pattern is named by the key of the text that states its rule. */
function patternKey(name: unknown): string | undefined {
  return typeof name === 'string' && name.includes('.') ? name : undefined;
}
