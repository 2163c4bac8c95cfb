import type { Config } from '../config.js';

/** Where the panel is, as far as its own configuration tells. */
export function panelUrl({ host, port, basePath }: Config, actualPort = port): string {
  const hostInUrl = host.includes(':') ? `[${host}]` : host;
  return `http://${hostInUrl}:${actualPort}${basePath.replace(/\/?$/, '/')}`;
}

export function signInUrl(config: Config, token: string): string {
  return `${panelUrl(config)}sign-in/${token}`;
}
