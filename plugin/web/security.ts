import type { RequestHandler, Response } from 'express';
import helmet from 'helmet';

/**
 * Headers for every answer. Nothing in our pages is inline, so the policy allows no inline script or style at all
 * and needs no nonce.
 */
export function securityHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    crossOriginEmbedderPolicy: false,
    // Customers' sites may live below the panel's name.
    strictTransportSecurity: { includeSubDomains: false },
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  });
}

/** For answers that are about one account, also those that refuse: no cache keeps them. */
export const neverStored: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store');
  next();
};

/** For a page that shows another of ours in a frame. */
export function allowOwnFrames(res: Response): void {
  const policy = String(res.getHeader('Content-Security-Policy'));
  res.setHeader('Content-Security-Policy', `${policy};frame-src 'self'`);
}

/**
 * For a page that is shown in a frame of ours, and holds what somebody has typed: it can run nothing, load nothing
 * but what it brings, send nothing, and is of no origin, so that it can reach nothing of ours.
 */
export function framedPage(res: Response): void {
  res.removeHeader('X-Frame-Options');
  res.setHeader(
    'Content-Security-Policy',
    "default-src 'none';img-src data:;style-src 'unsafe-inline';form-action 'none';base-uri 'none';" +
      "frame-ancestors 'self';sandbox",
  );
}
