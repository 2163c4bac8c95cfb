import type { Request, Response } from 'express';

/** A cookie's value, or undefined when it is missing or not valid percent-encoding (RFC 6265 §4.2). */
export function readCookie(req: Request, name: string): string | undefined {
  const header = req.headers.cookie ?? '';
  if (!header.includes(`${name}=`)) {
    return undefined;
  }
  const pair = header.split(/; */).find((each) => each.startsWith(`${name}=`));
  return pair === undefined ? undefined : decoded(pair.slice(name.length + 1));
}

/** Sets a cookie for the pages below the mount point. */
export function setCookie(
  req: Request,
  res: Response,
  cookie: { readonly name: string; readonly value: string; readonly maxAgeMs: number },
): void {
  res.cookie(cookie.name, cookie.value, {
    path: req.baseUrl || '/',
    maxAge: cookie.maxAgeMs,
    httpOnly: true,
    sameSite: 'lax',
    secure: req.secure,
  });
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
