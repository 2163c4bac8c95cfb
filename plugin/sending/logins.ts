import { createHmac } from 'node:crypto';
import type {
  SMTPConnectionCustomAuthContext as LoginContext,
  SMTPConnectionCustomAuthResponse as Answer,
} from 'nodemailer/lib/smtp-connection';

/** XOAUTH2 under a name of our own: nodemailer turns that name into a password login when it has no token itself. */
export const tokenLogin = 'ACCESS-TOKEN';
/** The password login, with whichever mechanism the server offers. */
export const passwordLogin = 'PASSWORD';

/** Custom logins for nodemailer's SMTPConnection, which never tries a second mechanism. */
export const logins = {
  [tokenLogin]: logInByToken,
  [passwordLogin]: logInByPassword,
} as const;

/** Tries once; nodemailer's own requests another token after a refusal. */
async function logInByToken(login: LoginContext): Promise<void> {
  const { user, pass } = login.auth.credentials;
  const answer = await login.sendCommand(
    `AUTH XOAUTH2 ${base64(`user=${user}\u0001auth=Bearer ${pass}\u0001\u0001`)}`,
  );
  // The reason for a refusal comes as a challenge; an empty line requests the refusal itself.
  const last = answer.status === 334 ? await login.sendCommand('') : answer;
  if (last.status !== 235) {
    login.reject('XOAUTH2 failed');
  }
}

/** Some servers offer PLAIN without supporting it. The password was not checked then, so LOGIN is tried once. */
async function logInByPassword(login: LoginContext): Promise<void> {
  const [mechanism, next] = mechanismsAmong(login.authMethods);
  if (login.auth.credentials.pass === '') {
    login.reject('There is no password');
    return;
  }
  let answer = await mechanisms[mechanism](login);
  if (next !== undefined && isWithoutMechanism(answer)) {
    answer = await mechanisms[next](login);
  }
  if (!isSuccess(answer)) {
    login.reject('The password was not accepted');
  }
}

const mechanisms = { PLAIN: logInPlain, LOGIN: logInByTurns, 'CRAM-MD5': logInByDigest } as const;
type Mechanism = keyof typeof mechanisms;

/** The mechanism to use, and the one to use if the server does not support it after all. */
function mechanismsAmong(offered: readonly string[]): readonly [Mechanism, Mechanism | undefined] {
  const has = (mechanism: Mechanism): boolean => offered.includes(mechanism);
  if (has('PLAIN')) {
    return ['PLAIN', has('LOGIN') ? 'LOGIN' : undefined];
  }
  // A server that offers none may still support PLAIN.
  const other = (['LOGIN', 'CRAM-MD5'] as const).find(has) ?? 'PLAIN';
  return [other, undefined];
}

/** RFC 4616. */
async function logInPlain(login: LoginContext): Promise<Answer> {
  const { user, pass } = login.auth.credentials;
  const answer = await login.sendCommand(`AUTH PLAIN ${base64(`\0${user}\0${pass}`)}`);
  return answer.status === 334 ? await login.sendCommand('') : answer;
}

/** https://datatracker.ietf.org/doc/html/draft-murchison-sasl-login-00 */
async function logInByTurns(login: LoginContext): Promise<Answer> {
  const { user, pass } = login.auth.credentials;
  let answer = await login.sendCommand('AUTH LOGIN');
  for (const text of [user, pass]) {
    answer = answer.status === 334 ? await login.sendCommand(base64(text)) : answer;
  }
  return answer;
}

/** RFC 2195. */
async function logInByDigest(login: LoginContext): Promise<Answer> {
  const { user, pass } = login.auth.credentials;
  const answer = await login.sendCommand('AUTH CRAM-MD5');
  if (answer.status !== 334) {
    return answer;
  }
  const challenge = Buffer.from(answer.text, 'base64');
  const proof = createHmac('md5', pass).update(challenge).digest('hex');
  return await login.sendCommand(base64(`${user} ${proof}`));
}

/** RFC 5321 §4.2.3 has three codes for this; some servers use a refused login's code and say it in the text. */
function isWithoutMechanism({ status, text }: Answer): boolean {
  return (
    status === 500 ||
    status === 502 ||
    status === 504 ||
    (status > 500 &&
      /mechanism|authentication (type|method)/i.test(text) &&
      /unsupported|not (supported|available|enabled|allowed)|unknown|unrecogni[sz]ed|invalid|disabled|too weak/i.test(
        text,
      ))
  );
}

function isSuccess({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
