import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { storageUnavailable } from '../database/failures.js';
import { AppError, NotFoundError, TooManyRequestsError } from '../errors.js';
import { type Logger, newReference } from './log.js';
import { type Pages, languageOf } from './pages.js';

export const notFound: RequestHandler = () => {
  throw new NotFoundError();
};

/** Shows an error in the viewer's language. An unexpected error is logged, and the page shows its reference alone. */
export function errorPages(pages: Pages, log: Logger): ErrorRequestHandler {
  return (error: unknown, req, res, _next) => {
    if (res.headersSent) {
      log.error({ err: error, method: req.method }, 'failed after the response began');
      res.destroy();
      return;
    }
    const shown = whatToShow(error);
    const isOurs = shown === undefined || shown.status >= 500;
    const reference = isOurs ? newReference() : undefined;
    if (reference !== undefined) {
      log.error({ err: error, reference, method: req.method });
    }
    const { t } = languageOf(req);
    const { status, key, args } = shown ?? { status: 500, key: 'errors.unexpected', args: {} };
    res.status(status);
    sayWhenToComeBack(res, status, error);
    pages.show(req, res, 'layout/error', {
      title: t(`errors.title-${status}`),
      text: t(key, { ...args }),
      reference,
      signedIn: isSignedIn(req),
    });
  };
}

/** Sets Retry-After, in seconds (RFC 9110 §10.2.3). */
export function sayWhenToComeBack(res: Response, status: number, error: unknown): void {
  if (status === 429 || status === 503) {
    const minutes = error instanceof TooManyRequestsError ? error.args['count'] : undefined;
    res.set('Retry-After', String(Number(minutes ?? 1) * 60));
  }
}

/** An error as the page shows it. */
export interface Shown {
  readonly status: number;
  readonly key: string;
  readonly args: AppError['args'];
}

/** Undefined for unexpected errors. */
export function whatToShow(error: unknown): Shown | undefined {
  if (error instanceof AppError) {
    return error;
  }
  const status = clientErrorStatus(error);
  return status === undefined
    ? storageUnavailable(error)
    : { status, key: status === 413 ? 'errors.too-large' : 'errors.bad-request', args: {} };
}

/** Express and its body parser mark client errors with a status below 500. */
function clientErrorStatus(error: unknown): 400 | 413 | undefined {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') {
    return error instanceof URIError ? 400 : undefined;
  }
  if (error.status === 413) {
    return 413;
  }
  return error.status >= 400 && error.status < 500 ? 400 : undefined;
}

function isSignedIn(req: { viewer?: Request['viewer'] }): boolean {
  return req.viewer !== undefined;
}
