import type { Request, RequestHandler, Response } from 'express';
import helmet from 'helmet';

/** What pages of ours never ask a browser for. */
const unusedFeatures = [
  'accelerometer',
  'autoplay',
  'camera',
  'display-capture',
  'encrypted-media',
  'geolocation',
  'gyroscope',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'picture-in-picture',
  'publickey-credentials-get',
  'screen-wake-lock',
  'serial',
  'usb',
  'xr-spatial-tracking',
];
const permissionsPolicy = unusedFeatures.map((name) => `${name}=()`).join(', ');

/**
 * Headers for every answer of the origin, whatever it is: Chromium complains on each page once one answer has not
 * asked for an agent cluster of its own. Nothing in our pages is inline, so the policy allows no inline script or
 * style at all and needs no nonce.
 */
export function securityHeaders(): RequestHandler {
  const trusted = helmet(policies);
  const untrusted = helmet({
    ...policies,
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
  });
  return (req, res, next) => {
    res.setHeader('Permissions-Policy', permissionsPolicy);
    (isTrustworthy(req) ? trusted : untrusted)(req, res, next);
  };
}

/**
 * Whether browsers trust the connection, which they do with TLS or to this machine: otherwise they ignore some headers,
 * and complain on each page (https://www.w3.org/TR/secure-contexts/#is-origin-trustworthy).
 */
function isTrustworthy({ secure, hostname }: Request): boolean {
  return secure || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname ?? '');
}

const policies: Parameters<typeof helmet>[0] = {
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
};

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
  // Nothing that has no origin can be kept apart by it.
  res.removeHeader('Origin-Agent-Cluster');
  res.setHeader(
    'Content-Security-Policy',
    "default-src 'none';img-src data:;style-src 'unsafe-inline';form-action 'none';base-uri 'none';" +
      "frame-ancestors 'self';sandbox",
  );
}
