import type { EngineName } from '../../../plugin/database/engine.js';
import { openTestApp, startTestWeb, type TestApp } from '../app.js';
import { epochFolderOf } from '../../../plugin/mail-server/data-files.js';
import { mapSourceOf } from './map-source.js';
import { freeLoopbackAddress } from './loopback.js';
import { type MailHost, type MailHostOptions, startMailHost } from './mail-host.js';
import { readInbox, tryLogin } from './mailbox-client.js';
import { type MailPanel, type Policy, usualPassword } from './panel.js';
import { startResolver } from './resolver.js';
import { type Sink, startSink } from './sink.js';
import { type Mail, type MailReplies, type SmtpTarget, sendMail } from './smtp-client.js';
import { sendBySwaks } from './swaks.js';
import { webPanel } from './web-panel.js';

/** The panel, a mail host, and two mail servers of other people. */
export interface Installation {
  readonly app: TestApp;
  readonly panel: MailPanel;
  readonly host: MailHost;
  /** Where the mail host asks for names. */
  readonly nameServer: string;
  /** The mail server of outside.test. */
  readonly outside: Sink;
  /** The one that domains are redirected to. */
  readonly other: Sink;
  /** A message from outside, over a connection of its own; returns when it is delivered. */
  receive(mail: Mail): Promise<MailReplies>;
  /** The same by a client of the tests' own, which takes less time than swaks does to start. */
  receiveQuickly(mail: Mail): Promise<MailReplies>;
  /** A message of somebody who logs in, or tries to, by the submission service. */
  submit(mail: Mail): Promise<MailReplies>;
  /** A new domain with the mailbox `box` and the alias `alias` to it; returns its name. */
  domain(policy?: Policy, ownerEmail?: string): Promise<string>;
  /** Logs in over IMAP and reads. */
  inbox(user: string, password?: string): Promise<string[]>;
  /** How often a message with this subject is in the inbox. */
  copies(user: string, subject: string): Promise<number>;
  login(protocol: 'imap' | 'pop3', user: string, password?: string): Promise<string>;
  /** Ends the panel, with its database where that is its own; the mail servers go on. */
  stopPanel(): Promise<void>;
  close(): Promise<void>;
}

export interface InstallationOptions extends Pick<
  MailHostOptions,
  'tls' | 'caFile' | 'rewrite' | 'epochFolder'
> {
  /** More domains with the address of the only mail server of each, `mx.DOMAIN`. */
  readonly mailServers?: Readonly<Record<string, string>>;
  /** What else the name server knows, as `startDnsmasq` takes it. */
  readonly names?: readonly string[];
}

export async function startInstallation(
  engine: EngineName,
  { mailServers, names = [], ...options }: InstallationOptions = {},
): Promise<Installation> {
  const app = await openTestApp(engine);
  const web = await startTestWeb(app);
  const [outside, other] = await Promise.all([startSink(), startSink()]);
  const address = await freeLoopbackAddress();
  const resolver = await startResolver(
    {
      'elsewhere.test': outside.address,
      'client.test': outside.address,
      'outside.test': outside.address,
      'here.test': address,
      ...mailServers,
    },
    names,
  );
  const host = await startMailHost({
    maps: await mapSourceOf(app),
    epochFolder: epochFolderOf(app.config),
    lookups: app.config.lookups,
    resolver,
    address,
    ...options,
  });
  const { ports } = host;
  const panel = await webPanel(app, web);
  let domains = 0;

  const deliver = async (
    port: number,
    mail: Mail,
    send: (target: SmtpTarget, mail: Mail) => Promise<MailReplies> = sendBySwaks,
  ): Promise<MailReplies> => {
    const replies = await send({ host: address, port }, mail);
    if (replies.queueId !== undefined) {
      await host.settled(replies.queueId);
    }
    return replies;
  };
  const as = (
    user: string,
    password = usualPassword,
  ): { host: string; user: string; password: string } => ({
    host: address,
    user,
    password,
  });

  let isStopped = false;
  const stopPanel = async (): Promise<void> => {
    if (!isStopped) {
      isStopped = true;
      await web.stop();
      await app.close();
    }
  };

  return {
    app,
    panel,
    host,
    nameServer: resolver.address,
    outside,
    other,
    receive: (mail) => deliver(ports.smtp, mail),
    receiveQuickly: (mail) => deliver(ports.smtp, mail, sendMail),
    submit: (mail) => deliver(ports.submission, mail),
    async domain(policy, ownerEmail) {
      domains += 1;
      const name = `d${domains}.test`;
      await panel.createDomain(name, ownerEmail);
      await panel.createMailbox(`box@${name}`);
      await panel.createAlias(`alias@${name}`, [`box@${name}`]);
      if (policy !== undefined) {
        await panel.setPolicy(name, policy);
      }
      return name;
    },
    inbox: (user, password) => readInbox({ ...as(user, password), port: ports.imap }),
    async copies(user, subject) {
      const messages = await readInbox({ ...as(user), port: ports.imap });
      return messages.filter((each) => each.includes(`Subject: ${subject}\r\n`)).length;
    },
    login: (protocol, user, password) =>
      tryLogin(protocol, { ...as(user, password), port: ports[protocol] }),
    stopPanel,
    async close() {
      await Promise.all([host.stop(), resolver.stop(), outside.stop(), other.stop()]);
      await stopPanel();
      await app.remove();
    },
  };
}
