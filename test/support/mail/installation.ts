import type { EngineName } from '../../../plugin/database/engine.js';
import { openTestApp, startTestWeb, type TestApp } from '../app.js';
import { epochFolderOf, panelSocketOf } from '../../../plugin/mail-server/data-files.js';
import { linkPanelSocket } from '../../../plugin/mail-server/panel-socket.js';
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

/** The panel, a mail host, and two foreign mail servers. */
export interface Installation {
  readonly app: TestApp;
  readonly panel: MailPanel;
  readonly host: MailHost;
  /** The mail host's DNS server. */
  readonly nameServer: string;
  /** The mail server of outside.test. */
  readonly outside: Sink;
  /** The server of redirected domains. */
  readonly other: Sink;
  /** Sends a message from outside over a connection of its own; returns once it is delivered. */
  receive(mail: Mail): Promise<MailReplies>;
  /** The same with the tests' own client, which starts faster than swaks. */
  receiveQuickly(mail: Mail): Promise<MailReplies>;
  /** Submits a message with a login, or an attempt at one. */
  submit(mail: Mail): Promise<MailReplies>;
  /** Adds a domain with the mailbox `box` and the alias `alias` to it; returns its name. */
  domain(policy?: Policy, ownerEmail?: string): Promise<string>;
  /** Logs in over IMAP and reads. */
  inbox(user: string, password?: string): Promise<string[]>;
  /** How many messages with this subject are in the inbox. */
  copies(user: string, subject: string): Promise<number>;
  login(protocol: 'imap' | 'pop3', user: string, password?: string): Promise<string>;
  /** Stops the panel, and its database if that is its own; the mail servers continue. */
  stopPanel(): Promise<void>;
  close(): Promise<void>;
}

export interface InstallationOptions extends Pick<
  MailHostOptions,
  'tls' | 'caFile' | 'rewrite' | 'epochFolder'
> {
  /** More domains with the address of their only mail server, `mx.DOMAIN`. */
  readonly mailServers?: Readonly<Record<string, string>>;
  /** More records, as for `startDnsmasq`. */
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
  linkPanelSocket(panelSocketOf(app.config), host.options.folders.queue);
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
