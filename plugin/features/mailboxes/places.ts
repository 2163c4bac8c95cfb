import type { Request } from 'express';

export { idIn } from '../../web/ids.js';

/** The domain in the route. */
export function domainIn(req: Request): string {
  return String(req.params['domain']);
}

/** The version that a submitted form was based on; undefined if there is none. */
export function versionIn(req: Request): number | undefined {
  const body: { version?: unknown } = req.body ?? {};
  const version = Number(body.version);
  return req.method === 'POST' && Number.isInteger(version) ? version : undefined;
}
