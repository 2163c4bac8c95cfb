import { isIP } from 'node:net';
import type { Request } from 'express';

/** The configured place of the panel. */
export interface PanelPlace {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  /** The mount point, such as `/` or `/modules/mail/`. */
  readonly basePath: string;
  /** The public URL, ending in a slash, for links in mails. Undefined if not configured. */
  readonly publicUrl: string | undefined;
}

/** The base of links to the panel, ending in a slash. Never from request headers. */
export function publicUrl(config: PanelPlace): string {
  return config.publicUrl ?? panelUrl(config);
}

/** The panel's URL by its own configuration. */
export function panelUrl({ host, port, basePath }: PanelPlace, actualPort = port): string {
  const hostInUrl = host.includes(':') ? `[${host}]` : host;
  return `http://${hostInUrl}:${actualPort}${basePath.replace(/\/?$/, '/')}`;
}

/**
 * The base of links on a page: the configured URL, otherwise the address that the request arrived at. People copy these
 * links into mails and shells, so request headers such as `Host` are not trusted.
 */
export function urlSeenBy({ socket, baseUrl }: Request, place: PanelPlace): string {
  const { localAddress = '', localPort } = socket;
  if (place.publicUrl !== undefined || !isIP(localAddress)) {
    return publicUrl(place);
  }
  const host = localAddress.replace(/^::ffff:/, '');
  return panelUrl({ ...place, host, basePath: `${baseUrl}/` }, localPort);
}

/** The URL of a page whose button signs in. @param base of the panel, if not `publicUrl`. */
export function signInUrl(config: PanelPlace, token: string, base = publicUrl(config)): string {
  return `${config.publicUrl ?? base}sign-in/${token}`;
}
