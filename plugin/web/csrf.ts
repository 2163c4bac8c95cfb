import { csrfSync } from 'csrf-sync';
import type { NextFunction, Request, Response } from 'express';
import { ForbiddenError } from '../errors.js';
import { maskToken, unmaskToken } from './masked-token.js';
import { isMultipart } from './multipart.js';

const tokenBytes = 32;
const tokenDigits = 2 * tokenBytes;

const { generateToken, isRequestValid } = csrfSync({
  size: tokenBytes,
  getTokenFromRequest: (req) => unmasked(req).slice(0, tokenDigits),
});

const safe = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * The masked token for this session's forms; empty if nobody is signed in.
 *
 * @param ownerMark in hexadecimal digits: says whose form it is, and protects from nothing.
 */
export function csrfToken(req: Request, ownerMark = ''): string {
  return isSignedIn(req) ? maskToken(generateToken(req) + ownerMark) : '';
}

/** The mark of a submitted form's owner; empty if there is none. */
export function ownerMarkIn(req: Request): string {
  return unmasked(req).slice(tokenDigits);
}

/** Whether a form of ours has the token of another session than the current one. */
export function isStale(req: Request): boolean {
  return !comesFromElsewhere(req) && isSignedIn(req) && !isRequestValid(req);
}

/**
 * Refuses cross-site requests. Requests of a session carry its token; without a session, Fetch Metadata decides, or
 * Origin where that is missing.
 *
 * @throws {ForbiddenError}
 */
export function refuseForgery(req: Request, _res: Response, next: NextFunction): void {
  if (safe.has(req.method)) {
    next();
    return;
  }
  if (comesFromElsewhere(req) || (isSignedIn(req) && !isRequestValid(req))) {
    throw new ForbiddenError('errors.form-expired');
  }
  next();
}

/**
 * The same for a form with a file, before its body is read: a forged request is refused unread if the token is expected
 * in the header or the query. `refuseForgery` checks the others after reading.
 *
 * @throws {ForbiddenError}
 */
export function refuseForgeryUnread(req: Request, res: Response, next: NextFunction): void {
  if (!isMultipart(req) || tokenBeside(req) !== undefined) {
    refuseForgery(req, res, next);
    return;
  }
  if (comesFromElsewhere(req)) {
    throw new ForbiddenError('errors.form-expired');
  }
  next();
}

/** Whether the browser reports that another site, or a page of opaque origin, made this request. */
export function comesFromElsewhere(req: Request): boolean {
  const site = req.get('sec-fetch-site');
  if (site !== undefined) {
    return site !== 'same-origin' && site !== 'none';
  }
  const origin = req.get('origin');
  return (
    origin !== undefined && !(URL.canParse(origin) && new URL(origin).host === req.get('host'))
  );
}

function isSignedIn(req: Request): boolean {
  return sessionOf(req)?.accountId !== undefined;
}

function sessionOf(req: Request): Request['session'] | undefined {
  return req.session;
}

function unmasked(req: Request): string {
  return unmaskToken(tokenIn(req.body) ?? tokenBeside(req) ?? '');
}

/** The token outside of the body. */
function tokenBeside(req: Request): string | undefined {
  return req.get('x-csrf-token') ?? tokenIn(req.query);
}

function tokenIn(body: unknown): string | undefined {
  const isForm = typeof body === 'object' && body !== null && 'csrfToken' in body;
  return isForm && typeof body.csrfToken === 'string' ? body.csrfToken : undefined;
}
