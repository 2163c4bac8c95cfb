import type { Request, RequestHandler, Response } from 'express';
import helmet from 'helmet';

/** Browser features that our pages never use. */
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
 * Headers for every response of the origin: Chromium warns on each page once a response lacks an agent cluster of its
 * own. Our pages have nothing inline, so the policy allows no inline script or style and needs no nonce.
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
 * Whether browsers treat the connection as trustworthy (TLS or this machine): otherwise they ignore some headers and
 * warn on each page (https://www.w3.org/TR/secure-contexts/#is-origin-trustworthy).
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
  // Customers' sites may be below the panel's name.
  strictTransportSecurity: { includeSubDomains: false },
  referrerPolicy: { policy: 'same-origin' },
  xFrameOptions: { action: 'deny' },
};

/** For responses about one account, refusals included: no cache stores them. */
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
 * For a framed page of untrusted HTML: it can run no scripts, load nothing external, submit nothing, and has an opaque
 * origin, so that it cannot reach our pages.
 */
export function framedPage(res: Response): void {
  res.removeHeader('X-Frame-Options');
  // A document without an origin cannot have an agent cluster of its own.
  res.removeHeader('Origin-Agent-Cluster');
  res.setHeader(
    'Content-Security-Policy',
    "default-src 'none';img-src data:;style-src 'unsafe-inline';form-action 'none';base-uri 'none';" +
      "frame-ancestors 'self';sandbox",
  );
}
