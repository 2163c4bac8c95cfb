import type { Request } from 'express';
import { type FieldErrors, InvalidInputError } from '../../errors.js';
import { signedInAccount } from '../../viewing/viewer.js';
import { keepFile, uploadedFiles } from '../multipart.js';
import type { FormOwner } from './form-owner.js';
import type { KeptForm, KeptForms } from './kept-forms.js';

/** Fields of a form that its page never shows, and that are kept while others are corrected. */
export interface Unshown {
  /** Passwords and the like. */
  readonly secrets?: readonly string[];
  /** File fields, each with the box that drops its file. */
  readonly files?: Readonly<Record<string, string>>;
}

/** What a refused form's page says of kept fields. */
export interface Remembered {
  readonly kept: string;
  readonly keptFields: readonly string[];
}

/** Remembers secrets and files of a form until it is accepted. */
export class FormMemory {
  readonly #kept: KeptForms;
  readonly #form: Unshown;

  constructor(kept: KeptForms, form: Unshown) {
    this.#kept = kept;
    this.#form = form;
  }

  /** A form that was submitted too late, for its page, with its token; undefined if it is no longer kept. */
  async submittedBefore(
    req: Request,
  ): Promise<{ readonly token: string; readonly form: KeptForm } | undefined> {
    const token = req.query['kept'];
    const form = isText(token) ? await this.#find(req, token) : undefined;
    return isText(token) && form !== undefined ? { token, form } : undefined;
  }

  /** The names of kept fields that a page does not show. */
  unshownIn({ fields, files }: KeptForm): readonly string[] {
    const secrets = this.#secrets.filter((name) => isText(fields[name]));
    return [...secrets, ...Object.keys(this.#files).filter((name) => files[name] !== undefined)];
  }

  /**
   * Fills fields that were left empty with what is kept.
   *
   * @throws {InvalidInputError} when it is no longer kept: saving without a typed password would go unnoticed.
   */
  async bringBack(req: Request): Promise<void> {
    const token = tokenIn(req);
    if (token === undefined || this.#secrets.length + Object.keys(this.#files).length === 0) {
      return;
    }
    const form = await this.#find(req, token);
    if (form === undefined) {
      throw new InvalidInputError(this.#gone(req));
    }
    for (const name of this.#secrets) {
      const kept = form.fields[name];
      if (isText(kept) && !isText(req.body[name])) {
        req.body[name] = kept;
      }
    }
    for (const [name, drops] of Object.entries(this.#files)) {
      const kept = form.files[name];
      if (kept !== undefined && req.body[drops] !== '1') {
        keepFile(req, name, Buffer.from(kept, 'base64'));
      }
    }
  }

  /** Keeps the secrets and files of a refused form that have no error themselves. */
  async remember(req: Request, errors: FieldErrors): Promise<Remembered | undefined> {
    const body: Record<string, unknown> = req.body ?? {};
    const secrets = this.#secrets.flatMap((name) => {
      const text = body[name];
      return isText(text) && errors[name] === undefined ? [[name, text] as const] : [];
    });
    const files = [...uploadedFiles(req)].filter(
      ([name]) => name in this.#files && errors[name] === undefined,
    );
    const keptFields = [...secrets, ...files].map(([name]) => name);
    await this.forget(req);
    if (keptFields.length === 0) {
      return undefined;
    }
    const kept = await this.#kept.keep(ownerOf(req), req.path, {
      fields: Object.fromEntries(secrets),
      files: Object.fromEntries(files.map(([name, file]) => [name, file.toString('base64')])),
      omitted: [],
    });
    return kept === undefined ? undefined : { kept, keptFields };
  }

  async forget(req: Request): Promise<void> {
    const token = tokenIn(req);
    if (token !== undefined && isSignedIn(req)) {
      await this.#kept.forget(ownerOf(req), token);
    }
  }

  get #secrets(): readonly string[] {
    return this.#form.secrets ?? [];
  }

  get #files(): Readonly<Record<string, string>> {
    return this.#form.files ?? {};
  }

  async #find(req: Request, token: string): Promise<KeptForm | undefined> {
    const owner = isSignedIn(req) ? ownerOf(req) : undefined;
    return owner && (await this.#kept.find(owner, req.path, token));
  }

  /** An error at each secret that was left empty. */
  #gone({ body }: Request): FieldErrors {
    const empty = [...this.#secrets, ...Object.keys(this.#files)].filter(
      (name) => !isText(body[name]),
    );
    return Object.fromEntries(empty.map((name) => [name, { key: 'form.kept-gone' }]));
  }
}

function tokenIn({ body }: Request): string | undefined {
  const { kept }: { kept?: unknown } = body ?? {};
  return isText(kept) ? kept : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isSignedIn(req: { viewer?: Request['viewer'] }): boolean {
  return req.viewer !== undefined;
}

function ownerOf({ viewer }: Request): FormOwner {
  return { actorId: signedInAccount(viewer), accountId: viewer.accountId };
}
