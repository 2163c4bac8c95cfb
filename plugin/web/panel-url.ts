import { isIP } from 'node:net';
import type { Request } from 'express';
import type { Config } from '../config.js';

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
