import { csrfSync } from 'csrf-sync';
import type { NextFunction, Request, Response } from 'express';
import { ForbiddenError } from '../errors.js';
import { maskToken, unmaskToken } from './masked-token.js';
import { isMultipart } from './multipart.js';

const { generateToken, isRequestValid } = csrfSync({
  size: 32,
  getTokenFromRequest: (req) => unmaskToken(tokenIn(req.body) ?? tokenBeside(req) ?? ''),
});

const safe = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The token that a form of this session must bring back, masked; empty where nobody is signed in. */
export function csrfToken(req: Request): string {
  return isSignedIn(req) ? maskToken(generateToken(req)) : '';
}

/**
 * Refuses what another site made a browser send. A session's requests carry its token; before there is a session,
 * what the browser says about where a request comes from decides (Fetch Metadata, or Origin where that is missing).
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
 * The same for a form with a file before it is read: where its token is in the header or the query, nothing of a
 * forged one is read. The others are refused by `refuseForgery` once they are.
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

/** Whether a browser says that another site, or a page of unknown origin, caused this request. */
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

/** The token of a request whose body is not needed for it. */
function tokenBeside(req: Request): string | undefined {
  return req.get('x-csrf-token') ?? tokenIn(req.query);
}

function tokenIn(body: unknown): string | undefined {
  const isForm = typeof body === 'object' && body !== null && 'csrfToken' in body;
  return isForm && typeof body.csrfToken === 'string' ? body.csrfToken : undefined;
}
