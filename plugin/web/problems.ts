import type { ErrorRequestHandler, Response } from 'express';
import { InvalidInputError } from '../errors.js';
import { sayWhenToComeBack, whatToShow } from './error-pages.js';
import { languageFor } from './locale.js';
import { type Logger, newReference } from './log.js';
import { http } from './node-http.js';

/** The error body that programs receive (RFC 9457). */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  /** Independent of the wording. */
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly FieldProblem[];
  /** Connects the answer with its line in the log. */
  readonly reference?: string;
}

interface FieldProblem {
  /** A JSON pointer into the request's body, as a fragment (RFC 6901 §6). */
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

/** Answers errors of API routes in English: programs rely on the code. */
export function problems(log: Logger): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    if (res.headersSent) {
      next(error);
      return;
    }
    const problem = problemOf(error);
    if (problem.reference !== undefined) {
      log.error({ err: error, reference: problem.reference, method: req.method });
    }
    addHeaders(res, problem, error);
    res.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  };
}

function problemOf(error: unknown): Problem {
  const shown = whatToShow(error);
  const isOurs = shown === undefined || shown.status >= 500;
  const { status, key, args } = shown ?? { status: 500, key: 'errors.unexpected', args: {} };
  return {
    type: 'about:blank',
    title: http.STATUS_CODES[status] ?? '',
    status,
    code: key,
    detail: t(key, args),
    ...(error instanceof InvalidInputError && { errors: fieldProblems(error) }),
    ...(isOurs && { reference: newReference() }),
  };
}

function fieldProblems({ fields }: InvalidInputError): readonly FieldProblem[] {
  return Object.entries(fields).map(([pointer, { key, args }]) => ({
    pointer: pointer === '' ? '#' : `#/${pointer}`,
    code: key,
    detail: t(key, args),
  }));
}

function addHeaders(res: Response, { status }: Problem, error: unknown): void {
  if (status === 401) {
    res.set('WWW-Authenticate', 'Bearer realm="relais"');
  }
  sayWhenToComeBack(res, status, error);
}

const { t } = languageFor('en');
