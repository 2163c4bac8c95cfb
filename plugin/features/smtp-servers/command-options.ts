import { readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { StartError } from '../../errors.js';
import type { WantedServer } from './forms.js';
import { type Logo, logoLimits, readLogo } from './logo.js';
import {
  type ServerSecret,
  type SmtpServerFields,
  authentications,
  securities,
} from './smtp-server.js';
import type { Terminal } from '../../commands/terminal.js';

/** Options of the commands that add and change SMTP servers. */
export interface ServerOptions {
  readonly title?: string;
  readonly host?: string;
  readonly port?: string;
  readonly security?: SmtpServerFields['security'];
  readonly authentication?: SmtpServerFields['authentication'];
  readonly user?: string;
  readonly secretStdin?: boolean;
  readonly clientId?: string;
  readonly tokenUrl?: string;
  readonly address?: string;
  readonly senderName?: string;
  readonly services?: string;
  readonly signature?: string;
  readonly logo?: string;
  readonly letWait?: boolean;
}

/** Options by form field, for error messages. */
export const optionOf: Readonly<Record<string, string>> = {
  owner: '--owner',
  title: '--title',
  host: '--host',
  port: '--port',
  security: '--security',
  authentication: '--authentication',
  user: '--user',
  password: '--secret-stdin',
  refreshToken: '--secret-stdin',
  clientSecret: '--secret-stdin (second line)',
  oauthClientId: '--client-id',
  oauthTokenUrl: '--token-url',
  address: '--address',
  senderName: '--sender-name',
  services: '--services',
  signature: '--signature',
  letWait: '--let-wait',
};

export function addFields(verb: Command): Command {
  return verb
    .option('--title <text>', 'its title')
    .option('--host <name>', 'its name or IP address')
    .option('--port <number>', 'its port')
    .addOption(new Option('--security <how>', 'how the connection is secured').choices(securities))
    .addOption(new Option('--authentication <how>', 'how to sign in').choices(authentications))
    .option('--user <name>', 'the user name')
    .option(
      '--secret-stdin',
      'read the password or, with xoauth2, the refresh token from standard input; on a second line the client secret',
    )
    .option('--client-id <id>', 'with xoauth2, the client')
    .option('--token-url <url>', 'with xoauth2, the token endpoint')
    .option('--address <address>', 'the sender address')
    .option('--sender-name <name>', 'the name shown with the address')
    .option('--services <keys>', 'all, or keys separated by commas')
    .option('--signature <html>', 'added below each message')
    .option('--logo <file>', 'PNG, JPEG, GIF, WebP or SVG below the signature');
}

/** What the options name of a server. @throws {StartError} */
export async function wantedFrom({ app }: Terminal, options: ServerOptions): Promise<WantedServer> {
  const keys = (await app.features.smtpServers.services()).map(({ key }) => key);
  return {
    fields: { ...fieldsIn(options), ...servicesIn(options, keys) },
    secret: secretIn(options),
    letWait: options.letWait === true,
  };
}

function fieldsIn(options: ServerOptions): Partial<SmtpServerFields> {
  const { port, clientId, tokenUrl, services: _, ...named } = options;
  return {
    ...named,
    ...(port !== undefined && { port: Number(port) }),
    ...(clientId !== undefined && { oauthClientId: clientId }),
    ...(tokenUrl !== undefined && { oauthTokenUrl: tokenUrl }),
  };
}

function servicesIn(
  { services }: ServerOptions,
  keys: readonly string[],
): Partial<SmtpServerFields> {
  if (services === undefined) {
    return {};
  }
  const chosen = services === 'all' ? [] : services.split(',').map((each) => each.trim());
  const unknown = chosen.filter((each) => !keys.includes(each));
  if (unknown.length > 0) {
    throw new StartError(
      `There is no service ${unknown.join(', ')}; there are ${keys.join(', ')}.`,
    );
  }
  return {
    usage: services === 'all' ? 'default' : 'custom',
    services: keys.filter((key) => chosen.includes(key)),
  };
}

function secretIn({ secretStdin }: ServerOptions): ServerSecret {
  if (secretStdin !== true) {
    return {};
  }
  const [secret = '', clientSecret = ''] = readFileSync(0, 'utf8').split(/\r?\n/);
  if (secret === '') {
    throw new StartError('There is no password or token on standard input.');
  }
  return { password: secret, refreshToken: secret, clientSecret };
}

export async function logoFrom(
  { logo }: ServerOptions,
  { language }: Terminal,
): Promise<Logo | undefined> {
  if (logo === undefined) {
    return undefined;
  }
  const read = await readLogo(readFileSync(logo));
  if (typeof read === 'string') {
    throw new StartError(`${logo}: ${language.t(`smtp-servers.errors.${read}`, logoLimits)}`);
  }
  return read;
}
