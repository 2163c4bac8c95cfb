import type { Request } from 'express';

export { idIn } from '../../web/ids.js';

/** The domain that a route is about, as the URL has it. */
export function domainIn(req: Request): string {
  return String(req.params['domain']);
}

/** The version that a form which was sent was made of; undefined where there is none. */
export function versionIn(req: Request): number | undefined {
  const body: { version?: unknown } = req.body ?? {};
  const version = Number(body.version);
  return req.method === 'POST' && Number.isInteger(version) ? version : undefined;
}

/** Whether a form was sent with a password, which never comes back to the page. */
export function broughtPassword(req: Request): boolean {
  const body: { password?: unknown } = req.body ?? {};
  return req.method === 'POST' && body.password !== undefined && body.password !== '';
}
