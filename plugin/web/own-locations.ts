import express, { type Request, type RequestHandler, type Response } from 'express';

/** Lets no `Location` of an answer lead to another site, whatever a path or a header of the request was made of. */
export const ownLocations: RequestHandler = (_req, res, next) => {
  res.location = toOwnPath;
  next();
};

function toOwnPath(this: Response<unknown, Request['query']>, url: string): Response {
  return express.response.location.call(this, ownPath(url));
}

/**
 * The path of a URL with its query, as a browser would read it, on whatever host it is. Of several slashes or
 * backslashes at its beginning one stays: a browser would take what follows them for a host.
 */
export function ownPath(url: string): string {
  const base = 'http://this.invalid';
  const { pathname, search, hash } = new URL(URL.canParse(url, base) ? url : '/', base);
  return pathname.replace(/^[/\\]*/, '/') + search + hash;
}
