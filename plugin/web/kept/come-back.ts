import type { Request, RequestHandler } from 'express';
import { TooManyRequestsError } from '../../errors.js';
import { readCookie } from '../cookies.js';
import { isStale, ownerMarkIn } from '../csrf.js';
import type { Intake } from '../intake.js';
import { readUnread, uploadedFiles } from '../multipart.js';
import { pageBehind } from '../own-locations.js';
import type { RateLimits } from '../rate-limits.js';
import type { FormOwner, OwnerMarks } from './form-owner.js';
import type { FormFields, KeptForm, KeptForms } from './kept-forms.js';

/** Where to go after sign-in, and what the sign-in page says of it. */
export interface ComeBack {
  /** Below the mount point. */
  readonly path: string;
  /**
   * A page was `asked` for; the session had `ended`; so that a form was not processed but `kept`, or what was wanted is
   * `undone`.
   */
  readonly because: 'asked' | 'ended' | 'kept' | 'undone';
}

declare global {
  namespace Express {
    interface Request {
      /** Keeps a submitted form, if there is one, for after the sign-in. */
      comeBack: () => Promise<ComeBack>;
    }
  }
}

interface ComeBacksParts {
  readonly kept: KeptForms;
  readonly marks: OwnerMarks;
  readonly intake: Intake;
  readonly limits: RateLimits;
}

/** Limits senders who have not signed in; people never fill in that many. */
const latePerPerson = { name: 'late-form', most: 30, windowMs: 10 * 60 * 1000 };

/** Leads people back to their page, and to what they typed there, after they have signed in again. */
export class ComeBacks {
  readonly #parts: ComeBacksParts;

  constructor(parts: ComeBacksParts) {
    this.#parts = parts;
  }

  /** @param hasPage whether the path is that of a page, which also shows a form again. */
  offer(hasPage: () => boolean): RequestHandler {
    return (req, _res, next) => {
      req.comeBack = () => this.#comeBack(req, hasPage());
      next();
    };
  }

  /**
   * A form of an earlier session of the same person, with its old token, is shown again to be submitted by the person;
   * it proves nothing, so that it is never processed.
   */
  showStale(hasPage: () => boolean): RequestHandler {
    return async (req, res, next) => {
      const token = isStale(req) && hasPage() ? await this.#keepOfSession(req) : undefined;
      if (token === undefined) {
        next();
        return;
      }
      res.redirect(303, req.baseUrl + pageOf(req, token));
    };
  }

  async #comeBack(req: Request, hasPage: boolean): Promise<ComeBack> {
    if (req.method !== 'POST' && hasPage) {
      const because = readCookie(req, 'relais') === undefined ? 'asked' : 'ended';
      return { path: pageOf(req), because };
    }
    if (!hasPage) {
      return { path: pageBehind(req), because: 'undone' };
    }
    const token = await this.#keep(req);
    return { path: pageOf(req, token), because: token === undefined ? 'undone' : 'kept' };
  }

  async #keepOfSession(req: Request): Promise<string | undefined> {
    const { accountId, actingAsId = accountId } = req.session;
    const owner = this.#parts.marks.ownerIn(ownerMarkIn(req));
    return owner?.actorId === accountId && owner?.accountId === actingAsId
      ? await this.#keep(req)
      : undefined;
  }

  async #keep(req: Request): Promise<string | undefined> {
    const { kept, marks, intake } = this.#parts;
    const owner = marks.ownerIn(ownerMarkIn(req));
    if (owner === undefined || !(await this.#mayKeep(owner))) {
      return undefined;
    }
    await readUnread(req, intake, owner.actorId);
    return await kept.keep(owner, req.path, submittedForm(req));
  }

  async #mayKeep({ actorId }: FormOwner): Promise<boolean> {
    try {
      await this.#parts.limits.use(latePerPerson, String(actorId));
      return true;
    } catch (error) {
      if (error instanceof TooManyRequestsError) {
        return false;
      }
      throw error;
    }
  }
}

/** Fields with a password that proves who is there. */
const proofs = new Set(['current']);
const ours = new Set(['csrfToken', 'kept']);

function submittedForm(req: Request): KeptForm {
  const body: FormFields = req.body ?? {};
  const sent = Object.entries(body).filter(([name]) => !ours.has(name));
  return {
    fields: Object.fromEntries(sent.filter(([name]) => !proofs.has(name))),
    files: Object.fromEntries(
      [...uploadedFiles(req)].map(([name, file]) => [name, file.toString('base64')]),
    ),
    omitted: sent.filter(([name, text]) => proofs.has(name) && text !== '').map(([name]) => name),
  };
}

/** The page of a form, with the query that it was opened with. */
function pageOf(req: Request, token?: string): string {
  const query = new URLSearchParams(req.url.split('?')[1] ?? '');
  query.delete('csrfToken');
  query.delete('kept');
  if (token !== undefined) {
    query.set('kept', token);
  }
  const text = query.toString();
  return req.path + (text === '' ? '' : `?${text}`);
}
