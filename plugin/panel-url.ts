import type { Config } from './config.js';

/** What links to the panel begin with, with a slash at the end. Never what a request says of itself. */
export function publicUrl(config: Config): string {
  return config.publicUrl ?? panelUrl(config);
}

/** Where the panel is, as far as its own configuration tells. */
export function panelUrl({ host, port, basePath }: Config, actualPort = port): string {
  const hostInUrl = host.includes(':') ? `[${host}]` : host;
  return `http://${hostInUrl}:${actualPort}${basePath.replace(/\/?$/, '/')}`;
}

/** A page whose button signs in. @param base where the panel is, if not `publicUrl`. */
export function signInUrl(config: Config, token: string, base = publicUrl(config)): string {
  return `${config.publicUrl ?? base}sign-in/${token}`;
}
