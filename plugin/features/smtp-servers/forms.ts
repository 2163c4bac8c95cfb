import Joi from 'joi';
import { EmailAddress, readable } from '../../addresses/index.js';
import { type ErrorArgs, InvalidInputError } from '../../errors.js';
import { parseHost } from '../../connecting/endpoint.js';
import { movePort } from '../../web/port-in-host.js';
import { type FormValues, parseForm, parsedBy } from '../../web/forms.js';
import { sanitizeSignature } from './signature.js';
import { partsRefusal } from './signature-parts.js';
import {
  type ServerSecret,
  type SmtpServer,
  type SmtpServerFields,
  authentications,
  longest,
  mostTypedSignature,
  securities,
  usages,
  usualPorts,
} from './smtp-server.js';

/** A server's form as typed. */
export interface ServerForm {
  /** 0 for a new server. */
  readonly version: number;
  readonly fields: SmtpServerFields;
  /** Empty fields keep the stored secret. */
  readonly secret: ServerSecret;
  readonly removeLogo: boolean;
  /** Whether the change may leave domains' mail waiting in the queue. */
  readonly letWait?: boolean;
}

/** What a command names of a server; the rest stays, or is as in a new one. */
export interface WantedServer {
  readonly fields: Partial<SmtpServerFields>;
  readonly secret: ServerSecret;
  readonly letWait: boolean;
}

interface ParsedFields extends Omit<SmtpServerFields, 'host' | 'address'> {
  readonly host: { readonly toString: () => string };
  readonly address: EmailAddress;
  readonly password: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
}

interface TypedFields extends Omit<ParsedFields, 'services'> {
  readonly version: number;
  readonly removeLogo: boolean;
  readonly letWait: boolean;
  readonly [service: `service.${string}`]: boolean;
}

/** The fields of a host that may be typed with its port. */
export const hostAndPort = { host: 'host', port: 'port' } as const;

const line = Joi.string()
  .trim()
  .pattern(/^[^\p{Cc}\u2028\u2029]*$/u, 'plain');
const secret = Joi.string()
  .pattern(/^\P{Cc}*$/u, 'plain')
  .allow('')
  .default('');
const box = Joi.boolean().truthy('1').empty('').default(false);

/** A field for some authentications only; with others it is empty. */
function forLogin(kinds: readonly string[], schema: Joi.Schema): Joi.Schema {
  return Joi.any().when('authentication', {
    is: Joi.valid(...kinds),
    then: schema,
    otherwise: Joi.any().empty(Joi.any()).default(''),
  });
}

const withPassword = ['login', 'cram-md5'];
const withToken = ['xoauth2'];

const fields = {
  title: line.max(longest.title).required(),
  host: Joi.string()
    .trim()
    .required()
    .custom(parsedBy((text) => parseHost(text))),
  port: Joi.number().integer().port().min(1).empty('').required(),
  security: Joi.valid(...securities).required(),
  authentication: Joi.valid(...authentications).required(),
  user: forLogin([...withPassword, ...withToken], line.max(longest.user).required()),
  password: forLogin(withPassword, secret.max(longest.password)),
  oauthClientId: forLogin(withToken, line.max(longest.oauthClientId).required()),
  oauthTokenUrl: forLogin(withToken, line.required().custom(parsedBy(tokenUrlIn))),
  clientSecret: forLogin(withToken, secret.max(longest.token)),
  refreshToken: forLogin(withToken, secret.max(longest.token)),
  address: Joi.string()
    .trim()
    .required()
    .custom(parsedBy((text) => EmailAddress.parse(text))),
  senderName: line.max(longest.senderName).allow('').default(''),
  usage: Joi.valid(...usages).required(),
  signature: Joi.string().custom(parsedBy(signatureIn)).allow('').default(''),
};

const wholeServer = Joi.object<ParsedFields>({
  ...fields,
  services: Joi.array().items(Joi.string()).default([]),
});

/** @throws {InvalidInputError} */
export function completedServer(
  { fields: named, secret: typed, letWait }: WantedServer,
  before: SmtpServer | undefined,
): ServerForm {
  const place: Record<string, unknown> = { ...named };
  const misplaced = movePort(place, hostAndPort);
  if (misplaced.port !== undefined) {
    throw new InvalidInputError(misplaced);
  }
  const parsed = parseForm(wholeServer, { ...(before ?? newServer), ...place, ...typed });
  return {
    version: before?.version ?? 0,
    fields: fieldsIn(parsed, parsed.services),
    secret: secretIn(parsed),
    removeLogo: false,
    letWait,
  };
}

/**
 * @param services keys of the existing services.
 * @throws {InvalidInputError}
 */
export function parseServerForm(body: unknown, services: readonly string[]): ServerForm {
  const boxes = services.map((key) => [`service.${key}`, box] as const);
  const schema = Joi.object<TypedFields>({
    ...fields,
    version: Joi.number().integer().default(0),
    removeLogo: box,
    letWait: box,
    ...Object.fromEntries(boxes),
  });
  const typed = parseForm(schema, body);
  const chosen = services.filter((key) => typed[`service.${key}`] === true);
  return {
    version: typed.version,
    fields: fieldsIn(typed, chosen),
    secret: secretIn(typed),
    removeLogo: typed.removeLogo,
    letWait: typed.letWait,
  };
}

function fieldsIn(
  typed: Omit<ParsedFields, 'services'>,
  services: readonly string[],
): SmtpServerFields {
  return {
    title: typed.title,
    host: typed.host.toString(),
    port: typed.port,
    security: typed.security,
    authentication: typed.authentication,
    user: typed.user,
    oauthClientId: typed.oauthClientId,
    oauthTokenUrl: typed.oauthTokenUrl,
    address: typed.address.toString(),
    senderName: typed.senderName,
    usage: typed.usage,
    services: typed.usage === 'custom' ? services : [],
    signature: typed.signature,
  };
}

function secretIn({
  password,
  clientSecret,
  refreshToken,
}: Pick<ParsedFields, 'password' | 'clientSecret' | 'refreshToken'>): ServerSecret {
  return {
    ...(password !== '' && { password }),
    ...(clientSecret !== '' && { clientSecret }),
    ...(refreshToken !== '' && { refreshToken }),
  };
}

/** @throws {RefusedTextError} */
function tokenUrlIn(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' || url.username + url.password + url.hash !== '') {
    throw new RefusedTextError('smtp-servers.errors.token-url');
  }
  return notLonger(url.href, longest.oauthTokenUrl, 'errors.field.string.max');
}

/** @throws {RefusedTextError} */
function signatureIn(text: string): string {
  notLonger(text, mostTypedSignature, 'smtp-servers.errors.signature-size');
  const refusal = partsRefusal(text);
  if (refusal !== undefined) {
    throw new RefusedTextError(refusal.key, refusal.args);
  }
  const html = sanitizeSignature(text);
  return notLonger(html, longest.signature, 'smtp-servers.errors.signature-size');
}

/** Checks the stored form: it is shown again, and encoding makes it longer than what was typed. */
function notLonger(text: string, most: number, key: string): string {
  if (text.length > most) {
    throw new RefusedTextError(key, { count: most });
  }
  return text;
}

class RefusedTextError extends Error {
  override readonly name = 'RefusedTextError';
  readonly key: string;
  readonly args: ErrorArgs;

  constructor(key: string, args: ErrorArgs = {}) {
    super(key);
    this.key = key;
    this.args = args;
  }
}

/** Form values, never with a secret. */
export function serverValues(
  server: SmtpServer | undefined,
  services: readonly string[],
): FormValues {
  const { confirmation: _, services: chosen = [], ...shown } = server ?? newServer;
  return {
    ...Object.fromEntries(Object.entries(shown).map(([name, value]) => [name, String(value)])),
    host: readable(shown.host ?? ''),
    address: readable(shown.address ?? ''),
    ...Object.fromEntries(
      services.map((key) => [`service.${key}`, chosen.includes(key) ? '1' : '']),
    ),
    removeLogo: '',
    letWait: '',
  };
}

const newServer: Partial<SmtpServer> = {
  version: 0,
  title: '',
  host: '',
  port: usualPorts.starttls,
  security: 'starttls',
  authentication: 'login',
  user: '',
  oauthClientId: '',
  oauthTokenUrl: '',
  address: '',
  senderName: '',
  usage: 'default',
  signature: '',
};
