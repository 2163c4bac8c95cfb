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
