import type { Request, Response } from 'express';
import type Joi from 'joi';
import { ConflictError, type FieldError, type FieldErrors, InvalidInputError } from '../errors.js';
import { FormMemory, type Remembered, type Unshown } from './kept/form-memory.js';
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

export interface Form<Loaded> extends Unshown {
  readonly view: string;
  load(req: Request): Promise<Loaded>;
  /** The page's content in addition to the fields. */
  content(loaded: Loaded, req: Request): PageContent;
  /** Values of the fields; left out if no field shows one. */
  values?(loaded: Loaded): FormValues;
  submit(req: Request, res: Response): Promise<void>;
}

/**
 * The two handlers of a form: invalid input renders it again with what was typed and an error at each field. So does a
 * form that was submitted after the end of the session, once the person has signed in again.
 */
export function formHandlers<Loaded>(
  pages: Pages,
  form: Form<Loaded>,
): Record<'show' | 'submit', (req: Request, res: Response) => Promise<void>> {
  const memory = new FormMemory(pages.kept, form);
  const render = async (
    req: Request,
    res: Response,
    fill: (stored: FormValues) => Promise<Filled>,
  ): Promise<void> => {
    const loaded = await form.load(req);
    const filled = await fill(form.values?.(loaded) ?? {});
    pages.show(req, res, form.view, { ...form.content(loaded, req), ...filled });
  };

  return {
    show: (req, res) => render(req, res, (stored) => asStored(memory, req, stored)),
    async submit(req, res) {
      try {
        await memory.bringBack(req);
        await form.submit(req, res);
        await memory.forget(req);
      } catch (error) {
        if (!(error instanceof InvalidInputError || error instanceof ConflictError)) {
          throw error;
        }
        res.status(error.status);
        await render(req, res, (stored) => asRefused(memory, { req, stored, error }));
      }
    },
  };
}

/** What a form's page shows in its fields, and says of them. */
interface Filled extends Partial<Remembered> {
  readonly values: FormValues;
  readonly stored: FormValues;
  readonly errors: FieldErrors;
  readonly conflict?: ConflictError | undefined;
  /** What became of a form that was submitted too late. */
  readonly late?: 'kept' | 'gone';
  readonly omitted?: readonly string[];
}

const noErrors: FieldErrors = {};

async function asStored(memory: FormMemory, req: Request, stored: FormValues): Promise<Filled> {
  const before = await memory.submittedBefore(req);
  if (before === undefined) {
    const late = req.query['kept'] === undefined ? {} : ({ late: 'gone' } as const);
    return { values: stored, stored, errors: noErrors, ...late };
  }
  const { token, form } = before;
  const values = typed(stored, form.fields);
  return {
    values,
    // Saving compares it with the version that the person saw.
    stored: 'version' in stored ? { ...stored, version: values['version'] ?? '' } : stored,
    errors: noErrors,
    late: 'kept',
    omitted: form.omitted,
    kept: token,
    keptFields: memory.unshownIn(form),
  };
}

async function asRefused(
  memory: FormMemory,
  {
    req,
    stored,
    error,
  }: {
    readonly req: Request;
    readonly stored: FormValues;
    readonly error: InvalidInputError | ConflictError;
  },
): Promise<Filled> {
  const errors = error instanceof InvalidInputError ? error.fields : noErrors;
  return {
    values: typed(stored, req.body),
    stored,
    errors,
    conflict: error instanceof ConflictError ? error : undefined,
    ...(await memory.remember(req, errors)),
  };
}

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
