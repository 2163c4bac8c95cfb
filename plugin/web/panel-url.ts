import { isIP } from 'node:net';
import type { Request } from 'express';

/** Where the panel is, as far as it is configured. */
export interface PanelPlace {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Where the panel is mounted, such as `/` or `/modules/mail/`. */
  readonly basePath: string;
  /** Where people reach the panel, with a slash at the end: links in mails begin with it. Undefined if not given. */
  readonly publicUrl: string | undefined;
}

/** What links to the panel begin with, with a slash at the end. Never what a request says of itself. */
export function publicUrl(config: PanelPlace): string {
  return config.publicUrl ?? panelUrl(config);
}

/** Where the panel is, as far as its own configuration tells. */
export function panelUrl({ host, port, basePath }: PanelPlace, actualPort = port): string {
  const hostInUrl = host.includes(':') ? `[${host}]` : host;
  return `http://${hostInUrl}:${actualPort}${basePath.replace(/\/?$/, '/')}`;
}

/**
 * What links on a page begin with: as configured, otherwise the address that the request arrived at. People copy these
 * links into mails and shells, so what a request says of itself, as in `Host`, does not count.
 */
export function urlSeenBy({ socket, baseUrl }: Request, place: PanelPlace): string {
  const { localAddress = '', localPort } = socket;
  if (place.publicUrl !== undefined || !isIP(localAddress)) {
    return publicUrl(place);
  }
  const host = localAddress.replace(/^::ffff:/, '');
  return panelUrl({ ...place, host, basePath: `${baseUrl}/` }, localPort);
}

/** A page whose button signs in. @param base where the panel is, if not `publicUrl`. */
export function signInUrl(config: PanelPlace, token: string, base = publicUrl(config)): string {
  return `${config.publicUrl ?? base}sign-in/${token}`;
}
