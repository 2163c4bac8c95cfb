import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler, Response } from 'express';
import { InvalidInputError } from '../errors.js';
import { sayWhenToComeBack, whatToShow } from './error-pages.js';
import { languageFor } from './locale.js';
import { type Logger, newReference } from './log.js';

/** What a program is told that went wrong (RFC 9457). */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  /** The same whatever the words are. */
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly FieldProblem[];
  /** Joins this answer with the log's line about it. */
  readonly reference?: string;
}

interface FieldProblem {
  /** A JSON pointer into the request's body, as a fragment (RFC 6901 §6). */
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

/** Answers errors of routes for programs, in English: a program's language is its code. */
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
    title: STATUS_CODES[status] ?? '',
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
