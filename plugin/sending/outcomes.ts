import { type ConnectionFailure, connectionFailures } from '../connecting/connection-error.js';

/** Failures that SMTP adds to those of any connection. */
const smtpFailures = [
  'mail-host-silent',
  'mail-host-forbidden',
  'port-forbidden',
  'server-unavailable',
  'server-refused',
  'protocol-error',
  'client-name-refused',
  'no-starttls',
  'plain-login-forbidden',
  'no-authentication-offered',
  'login-refused',
  'sender-refused',
  'recipients-refused',
  'message-refused',
] as const;

type SmtpFailure = (typeof smtpFailures)[number];
export type Failure = ConnectionFailure | SmtpFailure;

/** Results of an attempt to use an SMTP server; `outcomeSentences` has a text for each. */
export type Outcome = 'ok' | Failure;
export const outcomes: readonly Outcome[] = ['ok', ...connectionFailures, ...smtpFailures];
