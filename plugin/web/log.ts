import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import { type Logger, destination, pino, stdSerializers } from 'pino';
import { storageFailureInLog } from '../database/failures.js';
import { StartError } from '../errors.js';
import type { Viewer } from '../viewing/viewer.js';

export type { Logger } from 'pino';

/** Structured logs on standard error, one JSON object a line. */
export function createLog(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      serializers: { err: inLog },
      // A driver's error contains the whole statement with its values.
      redact: ['*.sql', '*.password', '*.secret', '*.token', '*.cookie', '*.authorization'],
    },
    destination({ fd: 2, sync: true }),
  );
}

/** An operator's error is one line; only an unexpected error has a stack. */
function inLog(error: Error): object {
  return error instanceof StartError
    ? { type: error.name, message: error.message }
    : (storageFailureInLog(error) ?? stdSerializers.err(error));
}

/**
 * Logs each request by its route, never by its URL, which may contain a token: reads at `debug`, changes at `info`,
 * failures at `error`.
 */
export function logRequests(log: Logger): RequestHandler {
  return (req, res, next) => {
    const start = performance.now();
    res.once('finish', () => {
      const level = levelOf(req.method, res.statusCode);
      if (log.isLevelEnabled(level)) {
        const { method, route, viewer }: { method: string; route?: unknown; viewer?: Viewer } = req;
        log[level]({
          method,
          route: pathOf(route),
          status: res.statusCode,
          ms: Math.round(performance.now() - start),
          account: viewer?.accountId,
        });
      }
    });
    next();
  };
}

function levelOf(method: string, status: number): 'debug' | 'info' | 'error' {
  if (status >= 500) {
    return 'error';
  }
  return method === 'GET' ? 'debug' : 'info';
}

/** Connects an error page with its line in the log. */
export function newReference(): string {
  return randomUUID().slice(0, 8);
}

function pathOf(route: unknown): string | undefined {
  const isRoute = typeof route === 'object' && route !== null && 'path' in route;
  return isRoute ? String(route.path) : undefined;
}
