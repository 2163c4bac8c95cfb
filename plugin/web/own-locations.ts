import express, { type Request, type RequestHandler, type Response } from 'express';

/**
 * Keeps every `Location` on this site, whatever a request's path or headers contain, and leads back to lists as they
 * were left.
 */
export const ownLocations: RequestHandler = (_req, res, next) => {
  res.location = toOwnPath;
  next();
};

function toOwnPath(this: Response<unknown, Request['query']>, url: string): Response {
  return express.response.location.call(this, leadingBack(this.req, ownPath(url)));
}

function leadingBack({ baseUrl, wayBack }: Request, own: string): string {
  return own.startsWith(`${baseUrl}/`) ? baseUrl + wayBack.to(own.slice(baseUrl.length)) : own;
}

/**
 * The path and query of a URL, as a browser would resolve it, without the host. Collapses leading slashes and
 * backslashes, after which a browser would expect a host.
 */
export function ownPath(url: string): string {
  const base = 'http://this.invalid';
  const { pathname, search, hash } = new URL(URL.canParse(url, base) ? url : '/', base);
  return pathname.replace(/^[/\\]*/, '/') + search + hash;
}

/** The page that a request was made from, below the mount point, if the browser names it (RFC 9110 §10.1.3). */
export function pageBehind(req: Request): string {
  const referer = req.get('referer') ?? '';
  const url = URL.canParse(referer) ? new URL(referer) : undefined;
  const isOurs =
    url?.host === req.get('host') && url?.pathname.startsWith(`${req.baseUrl}/`) === true;
  return isOurs ? `${url.pathname}${url.search}`.slice(req.baseUrl.length) : '/';
}

const longestTarget = 4000;

/** A page to go to that a URL or a form names, below the mount point; undefined unless it is one of ours. */
export function targetIn(text: unknown): string | undefined {
  const isPath =
    typeof text === 'string' && text.length <= longestTarget && /^\/(?![/\\])/.test(text);
  const path = isPath ? ownPath(text) : '/';
  return path === '/' || /^\/sign-(?:in|out)\b/.test(path) ? undefined : path;
}
