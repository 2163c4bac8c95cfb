import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { ConnectionError } from './connection-error.js';
import type { ConnectionPolicy } from './connection-policy.js';
import type { Deadline } from './deadline.js';
import { type Endpoint, parseHost } from './endpoint.js';
import { openSocket } from './guarded-socket.js';
import { secure } from './tls.js';

/** A grant from an OAuth provider, to exchange for access tokens. */
export interface TokenGrant {
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly refreshToken: string;
  /** `https:` only; defaults to Google's. */
  readonly tokenUrl?: string;
}

const googleTokenUrl = 'https://oauth2.googleapis.com/token';
const httpsPort = 443;
const mostBytes = 64 * 1024;

/**
 * Exchanges the refresh token for an access token (RFC 6749 §6), through the guarded connection. A new refresh token in
 * the answer is not kept.
 *
 * @throws {ConnectionError} `token-refused` if the endpoint refuses the grant, otherwise `token-unavailable`.
 */
export async function fetchAccessToken(
  grant: TokenGrant,
  policy: ConnectionPolicy,
  deadline: Deadline,
): Promise<string> {
  try {
    const response = await post(grant, policy, deadline);
    return tokenFrom(response.statusCode ?? 0, await bodyOf(response));
  } catch (error) {
    const isRefusal = error instanceof ConnectionError && error.failure === 'token-refused';
    throw isRefusal ? error : new ConnectionError('token-unavailable', { cause: error });
  }
}

async function post(
  grant: TokenGrant,
  policy: ConnectionPolicy,
  deadline: Deadline,
): Promise<IncomingMessage> {
  const url = new URL(grant.tokenUrl ?? googleTokenUrl);
  const target = targetOf(url, policy);
  const { signal } = deadline;
  const plain = await openSocket(target, policy, deadline);
  const socket = await secure(plain, target.host, { policy, signal });
  const call = request(url, {
    method: 'POST',
    createConnection: () => socket,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' },
    signal,
  });
  return await new Promise((resolve, reject) => {
    call.once('response', resolve).once('error', reject).end(formOf(grant));
  });
}

/** Allowing a host also allows its ports: an installation's own endpoint may have any. */
function targetOf(url: URL, { allowedHosts }: ConnectionPolicy): Endpoint {
  const host = parseHost(url.hostname.replaceAll(/^\[|\]$/g, ''));
  const port = url.port === '' ? httpsPort : Number(url.port);
  const isPortAllowed = port === httpsPort || allowedHosts.has(host.toString());
  if (url.protocol !== 'https:' || !isPortAllowed) {
    throw new ConnectionError('token-unavailable');
  }
  return { host, port };
}

function formOf({ clientId, clientSecret, refreshToken }: TokenGrant): string {
  return new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: clientId,
    ...(clientSecret !== undefined && { client_secret: clientSecret }),
    refresh_token: refreshToken,
  }).toString();
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > mostBytes) {
      throw new RangeError('The token endpoint answers at too great length.');
    }
  }
  return Buffer.concat(chunks).toString('utf8');
}

function tokenFrom(status: number, body: string): string {
  const answer = textsIn(body);
  // RFC 6749 §5.2
  if (status >= 400 && status < 500 && answer['error'] !== undefined) {
    const reply = `${answer['error']} ${answer['error_description'] ?? ''}`;
    throw new ConnectionError('token-refused', { reply });
  }
  const token = answer['access_token'];
  // RFC 6750 §2.1: no characters that would end the token in the login it is put into.
  if (status !== 200 || token === undefined || !/^[\w.~+/-]+=*$/.test(token)) {
    throw new ConnectionError('token-unavailable');
  }
  return token;
}

function textsIn(body: string): Readonly<Record<string, string>> {
  const answer: unknown = JSON.parse(body);
  return Object.fromEntries(
    Object.entries(Object(answer)).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}
