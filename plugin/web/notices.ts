import type { Request, Response } from 'express';
import { readCookie, setCookie } from './cookies.js';

const cookie = 'relais_notice';
const key = /^[a-z-]+(\.[a-z-]+)+$/;

/** A text for the next page, such as that something was saved. */
export interface Notice {
  readonly key: string;
  readonly args: Readonly<Record<string, string>>;
}

/** Shows a notice on the page that the browser is sent to next. `key` is a locale key ending in `.notice-…`. */
export function leaveNotice(req: Request, res: Response, notice: string, subject = ''): void {
  setCookie(req, res, { name: cookie, value: `${notice} ${subject}`, maxAgeMs: 60_000 });
}

/** The notice that was left, once. */
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
