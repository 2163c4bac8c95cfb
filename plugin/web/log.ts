import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import { type Logger, destination, pino } from 'pino';

export type { Logger } from 'pino';

/** Structured logs on standard error: one JSON object a line. */
export function createLog(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      redact: ['*.password', '*.secret', '*.token', '*.cookie', '*.authorization'],
    },
    destination({ fd: 2, sync: true }),
  );
}

/**
 * Writes down each request by its route, never by its URL, which may hold a token: changes and failures at `info`,
 * the rest at `debug`.
 */
export function logRequests(log: Logger): RequestHandler {
  return (req, res, next) => {
    const quiet = req.method === 'GET' && !log.isLevelEnabled('debug');
    const start = performance.now();
    res.once('finish', () => {
      if (quiet && res.statusCode < 500) {
        return;
      }
      const route: unknown = req.route;
      log[quiet ? 'info' : req.method === 'GET' ? 'debug' : 'info']({
        method: req.method,
        route: hasPath(route) ? route.path : undefined,
        status: res.statusCode,
        ms: Math.round(performance.now() - start),
        account: viewerOf(req)?.accountId,
      });
    });
    next();
  };
}

/** What joins an error page with the log's line about it. */
export function newReference(): string {
  return randomUUID().slice(0, 8);
}

function hasPath(route: unknown): route is { path: string } {
  return typeof route === 'object' && route !== null && 'path' in route;
}

function viewerOf(req: { viewer?: { accountId: number } }): { accountId: number } | undefined {
  return req.viewer;
}
