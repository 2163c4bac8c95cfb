import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { programPath } from '../packages.js';
import { anyLoopbackAddress } from './loopback.js';
import { type Mail, type MailReplies, type SmtpTarget, sendMail } from './smtp-client.js';

/**
 * Sends one message with swaks, over a connection of its own. It supports neither SMTPUTF8 nor SIZE and parses
 * addresses itself, so non-ASCII or unusual addresses and large messages need our own client.
 */
export async function sendBySwaks(target: SmtpTarget, mail: Mail): Promise<MailReplies> {
  const to = [mail.to].flat();
  if (isBeyondSwaks(mail, to)) {
    return await sendMail(target, mail);
  }
  const subject = mail.subject ?? `<${randomUUID()}>`;
  const options = {
    '--server': `${target.host}:${target.port}`,
    '--local-interface': target.from ?? anyLoopbackAddress(),
    '--helo': 'client.test',
    '--from': mail.from === '' ? '<>' : mail.from,
    '--to': to.join(','),
    '--header': `Subject: ${subject}`,
    '--body': '-',
    '--timeout': '300',
    ...(mail.login && {
      '--auth': 'PLAIN',
      '--auth-user': mail.login.user,
      '--auth-password': mail.login.password,
    }),
  };
  const args = [...Object.entries(options).flat(), '--suppress-data'];
  const transcript = await run(args, mail.body ?? 'Hello.');
  return { subject, ...repliesIn(transcript) };
}

const large = 100_000;

function isBeyondSwaks({ from, login, body = '' }: Mail, to: readonly string[]): boolean {
  const addresses = [from, ...to, login?.user ?? ''];
  return addresses.some((each) => /[^\0-\x7f]|[,"]|^-/.test(each)) || body.length > large;
}

async function run(args: readonly string[], body: string): Promise<string> {
  const swaks = spawn(programPath('swaks'), args);
  swaks.stdin.end(body);
  let output = '';
  for (const stream of [swaks.stdout, swaks.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => (output += String(chunk)));
  }
  await once(swaks, 'close');
  return output;
}

interface Exchange {
  readonly command: string;
  readonly reply: string;
}

function repliesIn(transcript: string): Omit<MailReplies, 'subject'> {
  const exchanges = exchangesIn(transcript);
  const repliesTo = (command: RegExp): string[] =>
    exchanges
      .filter((each) => command.test(each.command) && each.reply !== '')
      .map(({ reply }) => reply);
  const [auth] = repliesTo(/^AUTH/);
  const [end] = repliesTo(/^\d+ lines sent$/);
  const queueId = /queued as (\w+)/.exec(end ?? '')?.[1];
  return {
    mail: repliesTo(/^MAIL FROM/)[0] ?? '',
    rcpt: repliesTo(/^RCPT TO/),
    ...(auth && { auth }),
    ...(end && { end }),
    ...(queueId && { queueId }),
  };
}

/** Lines sent begin with ` -> `, replies with `<-` or, when they refuse, `<**`; `~` instead means TLS. */
function exchangesIn(transcript: string): Exchange[] {
  const [, ...parts] = transcript.split(/^ [-~]> /m);
  return parts.map((part) => {
    const [command = '', ...rest] = part.split('\n');
    const replies = rest.map((line) => /^<[-~*]\*? *(\d.*)$/.exec(line)?.[1] ?? '');
    return { command, reply: replies.filter((line) => line !== '').join('\n') };
  });
}
