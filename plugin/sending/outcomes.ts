/** What an attempt to use an SMTP server can come to; `locales/<language>/sending.json` says each in words. */
export const outcomes = [
  'ok',
  'name-unknown',
  'name-unavailable',
  'address-forbidden',
  'port-forbidden',
  'connection-refused',
  'unreachable',
  'timed-out',
  'connection-lost',
  'server-unavailable',
  'server-refused',
  'protocol-error',
  'client-name-refused',
  'no-starttls',
  'tls-expired',
  'tls-wrong-name',
  'tls-unknown-issuer',
  'tls-failed',
  'plain-login-forbidden',
  'no-authentication-offered',
  'login-refused',
  'token-refused',
  'token-unavailable',
  'sender-refused',
  'recipients-refused',
  'message-refused',
] as const;

export type Outcome = (typeof outcomes)[number];
export type Failure = Exclude<Outcome, 'ok'>;
