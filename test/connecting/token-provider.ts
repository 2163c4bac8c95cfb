import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Certificate } from './certificates.js';

/** Answers as an OAuth provider, and records its requests. */
export interface TokenProvider {
  readonly url: string;
  readonly requests: string[];
  connections: number;
  stop(): Promise<void>;
}

export type Answer = [status: number, body: string, headers?: Record<string, string>];

export const granted: Answer = [
  200,
  '{"access_token":"granted","expires_in":3599,"token_type":"Bearer"}',
];
export const revoked: Answer = [
  400,
  '{"error":"invalid_grant","error_description":"Token has been\\nexpired or revoked."}',
];

/** @param answer to every request; none when it is empty. */
export async function startProvider(
  certificate: Certificate,
  answer: Answer | [],
): Promise<TokenProvider> {
  const seen = { requests: [] as string[], connections: 0 };
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    seen.requests.push(`${request.method} ${request.url} ${await text(request)}`);
    const [status, body, headers] = answer;
    if (status !== undefined) {
      response.writeHead(status, headers).end(body);
    }
  };
  const server = createServer(certificate, (request, response) => void respond(request, response));
  server.on('connection', () => {
    seen.connections += 1;
  });
  server.on('tlsClientError', () => {});
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return Object.assign(seen, {
    url: `https://alias.test:${port}/token`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
