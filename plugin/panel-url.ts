import type { Request } from 'express';
import type { Config } from './config.js';

/** What the configuration says of where the panel is. */
export type PanelPlace = Pick<Config, 'publicUrl' | 'host' | 'port' | 'basePath'>;

/** What links to the panel begin with, with a slash at the end. Never what a request says of itself. */
export function publicUrl(config: PanelPlace): string {
  return config.publicUrl ?? panelUrl(config);
}

/** Where the panel is, as far as its own configuration tells. */
export function panelUrl({ host, port, basePath }: PanelPlace, actualPort = port): string {
  const hostInUrl = host.includes(':') ? `[${host}]` : host;
  return `http://${hostInUrl}:${actualPort}${basePath.replace(/\/?$/, '/')}`;
}

const plainHost = /^([a-z\d]([\w.-]*[a-z\d])?|\[[\da-f:.]+\])(:\d{1,5})?$/i;

/**
 * What links on a page begin with: as configured, otherwise where the request was sent, if that is no more than a host
 * and a port. People copy these links into mails and shells.
 */
export function urlSeenBy(req: Request, place: PanelPlace): string {
  const host = req.host ?? '';
  if (place.publicUrl !== undefined || !plainHost.test(host)) {
    return publicUrl(place);
  }
  return `${req.secure ? 'https' : 'http'}://${host}${req.baseUrl}/`;
}

/** A page whose button signs in. @param base where the panel is, if not `publicUrl`. */
export function signInUrl(config: PanelPlace, token: string, base = publicUrl(config)): string {
  return `${config.publicUrl ?? base}sign-in/${token}`;
}
