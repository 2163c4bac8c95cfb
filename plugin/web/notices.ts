import type { Request, Response } from 'express';
import type { ErrorArgs } from '../errors.js';
import { readCookie, setCookie } from './cookies.js';

const cookie = 'relais_notice';
const key = /^[a-z-]+(\.[a-z-]+)+$/;

/** A message for the next page, such as that something was saved. */
export interface Notice {
  readonly key: string;
  readonly args: ErrorArgs;
}

/**
 * Leaves a notice for the next page.
 *
 * @param notice a locale key ending in `.notice-…`.
 * @param about the text's `subject`, or all of its arguments.
 */
export function leaveNotice(
  req: Request,
  res: Response,
  notice: string,
  about: string | ErrorArgs = '',
): void {
  const args = typeof about === 'string' ? { subject: about } : about;
  const value = `${notice} ${JSON.stringify(args)}`;
  setCookie(req, res, { name: cookie, value, maxAgeMs: 60_000 });
}

/** The notice that was left; it is shown once. */
export function takeNotice(req: Request, res: Response): Notice | undefined {
  const value = readCookie(req, cookie);
  if (value === undefined) {
    return undefined;
  }
  res.clearCookie(cookie, { path: req.baseUrl || '/' });
  const [name = '', ...args] = value.split(' ');
  return key.test(name) && name.includes('.notice-')
    ? { key: name, args: argsIn(args.join(' ')) }
    : undefined;
}

function argsIn(text: string): ErrorArgs {
  try {
    const args: unknown = JSON.parse(text);
    return typeof args === 'object' && args !== null ? { ...args } : {};
  } catch {
    return {};
  }
}
