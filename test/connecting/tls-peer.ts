import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type TlsOptions } from 'node:tls';
import type { Certificate } from './certificates.js';

/** A server that speaks TLS only, and records its connections. */
export interface TlsPeer {
  readonly port: number;
  /** The server names (SNI) that clients sent. */
  readonly names: string[];
  connections: number;
  stop(): Promise<void>;
}

export async function startTlsPeer(
  certificate: Certificate,
  { host = '127.0.0.1', port = 0 } = {},
): Promise<TlsPeer> {
  const seen = { names: [] as string[], connections: 0 };
  const SNICallback: TlsOptions['SNICallback'] = (name, done) => {
    seen.names.push(name);
    done(null);
  };
  const server = createServer({ ...certificate, SNICallback }, (socket) => {
    socket.on('error', () => {}).resume();
  });
  server.on('connection', (socket) => {
    seen.connections += 1;
    socket.on('error', () => {});
  });
  server.on('tlsClientError', () => {});
  await once(server.listen(port, host), 'listening');
  return Object.assign(seen, {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
