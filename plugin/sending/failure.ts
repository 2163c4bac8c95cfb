import type { NodemailerError } from 'nodemailer/lib/errors';
import { failureOfSystem, failureOfTls } from '../connecting/failures.js';
import type { Failure } from './outcomes.js';
import { isFinalReply, SendingError } from './sending-error.js';

/** The pseudo login that only checks whether the server accepts a sender. */
export const offering = 'MAIL-FROM';

const byNodemailerCode: Readonly<Record<string, Failure>> = {
  ETLS: 'tls-failed',
  EPROTOCOL: 'protocol-error',
  EAUTH: 'login-refused',
  EENVELOPE: 'recipients-refused',
  EMESSAGE: 'message-refused',
};

const byCommand: Readonly<Record<string, Failure>> = {
  STARTTLS: 'no-starttls',
  'MAIL FROM': 'sender-refused',
  [`AUTH ${offering}`]: 'sender-refused',
  'RCPT TO': 'recipients-refused',
  DATA: 'message-refused',
};

/** "Not implemented" and "bad sequence" (RFC 5321 §4.2.3), which do not concern the name. */
const aboutSequence = new Set([500, 502, 503]);

/** "Not implemented", "bad sequence" and "parameter not implemented", to AUTH (RFC 5321 §4.2.3). */
const noAuthentication = new Set([500, 502, 503, 504]);

/** @param error of nodemailer's SMTPConnection while it starts TLS. */
export function upgradeFailure(error: NodemailerError): SendingError {
  return new SendingError(failureOfTls(codeOf(error)) ?? 'tls-failed', { cause: error });
}

/** @param error of nodemailer's SMTPConnection once it is connected. */
export function sessionFailure(error: NodemailerError): SendingError {
  const { response: reply, responseCode: replyCode } = laterAmong(error.rejectedErrors) ?? error;
  const outcome = reply === undefined ? outcomeWithoutReply(error) : outcomeOfReply(error);
  const hasRefused = replyCode !== undefined && replyCode >= 400 && replyCode < 600;
  return new SendingError(outcome, { reply, cause: error, ...(hasRefused && { replyCode }) });
}

/** If all recipients were refused, a temporary refusal decides. */
function laterAmong(refusals: readonly NodemailerError[] = []): NodemailerError | undefined {
  return refusals.find(
    ({ responseCode: code = 0, response }) => code >= 400 && !isFinalReply(code, response),
  );
}

function outcomeOfReply(error: NodemailerError): Failure {
  const { responseCode: code = 0, command = '' } = error;
  if (code < 400 || code >= 600) {
    return 'protocol-error';
  }
  const outcome = outcomeForAny(error) ?? byCommand[command];
  if (outcome !== undefined) {
    return outcome;
  }
  const isLogin = code >= 500 && command.startsWith('AUTH ');
  return isLogin ? loginOutcome(code) : code < 500 ? 'server-unavailable' : 'server-refused';
}

/** Replies that mean the same after any command. */
function outcomeForAny({
  responseCode: code = 0,
  command = '',
  response,
}: NodemailerError): Failure | undefined {
  // RFC 5321 §3.8: the server closes the connection.
  if (code === 421) {
    return 'server-unavailable';
  }
  return isAboutClientName(code, command, response) ? 'client-name-refused' : undefined;
}

/** Many servers refuse the name in EHLO only at MAIL or RCPT (Postfix's smtpd_delay_reject). */
function isAboutClientName(code: number, command: string, reply = ''): boolean {
  if (aboutSequence.has(code)) {
    return false;
  }
  return isGreeting(command) || (isEnvelope(command) && /\b(helo|ehlo)\b/i.test(reply));
}

function isGreeting(command: string): boolean {
  return command === 'EHLO' || command === 'HELO';
}

function isEnvelope(command: string): boolean {
  return ['MAIL FROM', `AUTH ${offering}`, 'RCPT TO'].includes(command);
}

function loginOutcome(code: number): Failure {
  return noAuthentication.has(code) ? 'no-authentication-offered' : 'login-refused';
}

function outcomeWithoutReply(error: NodemailerError): Failure {
  const code = codeOf(error);
  return (
    failureOfTls(code) ??
    failureOfSystem(code) ??
    byNodemailerCode[error.code ?? ''] ??
    'connection-lost'
  );
}

/** The error code of the system or of TLS, which nodemailer hides behind its own. */
function codeOf({ originalCode, code }: NodemailerError): string {
  return originalCode ?? code ?? '';
}
