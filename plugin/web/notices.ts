import type { Request, Response } from 'express';
import { readCookie, setCookie } from './cookies.js';

const cookie = 'relais_notice';
const key = /^[a-z-]+(\.[a-z-]+)+$/;

/** A message for the next page, such as that something was saved. */
export interface Notice {
  readonly key: string;
  readonly args: Readonly<Record<string, string>>;
}

/** Leaves a notice for the next page. `key` is a locale key ending in `.notice-…`. */
export function leaveNotice(req: Request, res: Response, notice: string, subject = ''): void {
  setCookie(req, res, { name: cookie, value: `${notice} ${subject}`, maxAgeMs: 60_000 });
}

/** The notice that was left; it is shown once. */
export function takeNotice(req: Request, res: Response): Notice | undefined {
  const value = readCookie(req, cookie);
  if (value === undefined) {
    return undefined;
  }
  res.clearCookie(cookie, { path: req.baseUrl || '/' });
  const [name = '', ...subject] = value.split(' ');
  return key.test(name) && name.includes('.notice-')
    ? { key: name, args: { subject: subject.join(' ') } }
    : undefined;
}
