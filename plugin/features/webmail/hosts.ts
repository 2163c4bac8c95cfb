import { type Request, type RequestHandler, type Response, Router } from 'express';
import type { HostSite } from '../../feature.js';
import { webmailLabel } from '../../panel/directory/webmail-address.js';
import { languageFor, preferredLocale } from '../../web/locale.js';
import { logRequests } from '../../web/log.js';
import { neverStored, securityHeaders } from '../../web/security.js';
import { sendHtml } from '../../web/send-html.js';
import { type HostedWebmail, WebmailHosts } from './hosted-webmail.js';

const isWebmailHost = new RegExp(String.raw`^${webmailLabel}\.`, 'i');
const hostForm = new RegExp(
  String.raw`^${webmailLabel}\.([a-z\d.-]{1,253}?)\.?(?::\d{1,5})?$`,
  'i',
);

/**
 * Answers every request to a host `webmail.<domain>`, so that no page of the panel is served there, and no session. A
 * domain of ours leads to its webmail, or says why it has none; any other answers 404. Nothing of a `Host` header is in
 * a `Location`: the domain's name comes from the database.
 */
export function webmailHosts(site: HostSite): RequestHandler {
  const hosts = new WebmailHosts(site.db);
  const router = Router();
  router.use(logRequests(site.log), securityHeaders(), withoutTransportSecurity, neverStored);
  router.use(site.assets.serve);
  router.use(onlyReading, noAcmeRedirect);
  router.use(async (req, res) => {
    try {
      await answer(site, hosts, { req, res });
    } catch (error) {
      site.log.error({ err: error }, 'could not look up a webmail');
      plain(res, 503, 'unavailable');
    }
  });
  const own = hostOf(site.config.publicUrl);
  return (req, res, next) => {
    const { host } = req;
    if (typeof host === 'string' && isWebmailHost.test(host) && host.toLowerCase() !== own) {
      router(req, res, next);
    } else {
      next();
    }
  };
}

/** A panel whose own name is `webmail.…` stays reachable. */
function hostOf(publicUrl: string | undefined): string | undefined {
  return publicUrl === undefined ? undefined : new URL(publicUrl).host;
}

/** A customer's name may move to a server without TLS: browsers must not insist on it for a year. */
const withoutTransportSecurity: RequestHandler = (_req, res, next) => {
  res.removeHeader('Strict-Transport-Security');
  next();
};

const onlyReading: RequestHandler = ({ method }, res, next) => {
  if (method === 'GET' || method === 'HEAD') {
    next();
    return;
  }
  res.set('Allow', 'GET, HEAD');
  plain(res, 405, 'method not allowed');
};

/** Certificate authorities follow redirects (RFC 8555 §8.3), and the answer is the proxy's. */
const noAcmeRedirect: RequestHandler = ({ path }, res, next) => {
  if (path.startsWith('/.well-known/acme-challenge/')) {
    plain(res, 404, 'not found');
    return;
  }
  next();
};

function plain(res: Response, status: number, text: string): void {
  res.status(status).type('text/plain').send(`${text}\n`);
}

async function answer(
  site: HostSite,
  hosts: WebmailHosts,
  { req, res }: { readonly req: Request; readonly res: Response },
): Promise<void> {
  const [, domain] = hostForm.exec(req.host) ?? [];
  const found = domain === undefined ? undefined : await hosts.find(domain.toLowerCase());
  if (found === undefined) {
    plain(res, 404, 'not found');
    return;
  }
  const target = found.leadsTo(portIn(req.host));
  if (target === undefined) {
    showNone(site, found, { req, res });
  } else {
    res.redirect(302, target);
  }
}

function portIn(host: string): string {
  return /:\d+$/.exec(host)?.[0] ?? '';
}

function showNone(
  { render, assets }: HostSite,
  { lack, displayName: domain, locale }: HostedWebmail,
  { req, res }: { readonly req: Request; readonly res: Response },
): void {
  const language = languageFor(preferredLocale(req, locale));
  const { t } = language;
  const html = render('webmail/none', {
    language,
    url: (path) => path,
    asset: (name) => assets.path(name),
    viewer: undefined,
    csrfToken: '',
    it: {
      title: t(`webmail.none.${lack}.title`, { domain }),
      text: t(`webmail.none.${lack}.text`),
    },
  });
  res.status(404);
  sendHtml(req, res, `<!doctype html>\n${html}`);
}
