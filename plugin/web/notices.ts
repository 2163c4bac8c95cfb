import type { Request, Response } from 'express';
import type { ErrorArgs } from '../errors.js';
import { readCookie, setCookie } from './cookies.js';

const cookie = 'relais_notice';
const key = /^[a-z-]+(\.[a-z-]+)+$/;

/** A message for the next page, such as that something was saved. */
export interface Notice {
  readonly key: string;
  readonly args: ErrorArgs;
  readonly next?: NextStep | undefined;
  /** The ID of the applied preview that a button undoes. */
  readonly undo?: number | undefined;
}

/** What people do next, as a link. */
export interface NextStep {
  /** A locale key with `.next.` in it. */
  readonly key: string;
  /** Below the mount. */
  readonly path: string;
}

const nextKey = /^[a-z-]+\.next\.[a-z-]+$/;
/** A cookie may come from elsewhere: the link stays on this site. */
const nextPath = /^(\/[\w.-]+)+(\?[\w.=&%-]*)?(#[\w-]+)?$/;

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
  leaveNoticeAndNext(req, res, { key: notice, args: argsOf(about) });
}

/** The same with what people do next. */
export function leaveNoticeAndNext(req: Request, res: Response, notice: Notice): void {
  const { key: name, args, next, undo } = notice;
  const value = `${name} ${JSON.stringify([args, next, undo])}`;
  setCookie(req, res, { name: cookie, value, maxAgeMs: 60_000 });
}

/** The notice that was left; it is shown once. */
export function takeNotice(req: Request, res: Response): Notice | undefined {
  const value = readCookie(req, cookie);
  if (value === undefined) {
    return undefined;
  }
  res.clearCookie(cookie, { path: req.baseUrl || '/' });
  const [name = '', ...rest] = value.split(' ');
  return key.test(name) && name.includes('.notice-')
    ? { key: name, ...contentIn(rest.join(' ')) }
    : undefined;
}

function argsOf(about: string | ErrorArgs): ErrorArgs {
  return typeof about === 'string' ? { subject: about } : about;
}

function contentIn(text: string): Omit<Notice, 'key'> {
  try {
    const content: unknown = JSON.parse(text);
    const [args, next, undo]: readonly unknown[] = Array.isArray(content) ? content : [];
    return {
      args: typeof args === 'object' && args !== null ? { ...args } : {},
      next: nextIn(next),
      undo: Number.isSafeInteger(undo) ? Number(undo) : undefined,
    };
  } catch {
    return { args: {} };
  }
}

function nextIn(value: unknown): NextStep | undefined {
  const step: { readonly key?: unknown; readonly path?: unknown } =
    typeof value === 'object' && value !== null ? value : {};
  const [name, path] = [String(step.key), String(step.path)];
  return nextKey.test(name) && nextPath.test(path) ? { key: name, path } : undefined;
}
