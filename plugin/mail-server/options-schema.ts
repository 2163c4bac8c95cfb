import Joi from 'joi';
import { EmailAddress, HostName, IpAddress } from '../addresses/index.js';
import { parsedBy, parseNested, refusing } from '../web/forms.js';
import {
  type MailPorts,
  type MailServerOptions,
  type MapSource,
  standardCaFile,
  standardFolders,
  standardPorts,
  standardStorage,
} from './options.js';

/** An absolute, normalized path without characters that have a meaning in a configuration. */
const path = Joi.string().pattern(/^(?:\/(?!\.{1,2}(?:\/|$))[\w.+-]+)+$/, 'mail-hosts.errors.path');

const hostName = Joi.string().custom(parsedBy((text) => HostName.parse(text).ascii));
const mailAddress = Joi.string().custom(parsedBy((text) => EmailAddress.parse(text).toString()));
const ipAddress = Joi.string().custom(parsedBy((text) => IpAddress.parse(text).toString()));

const port = Joi.number().port().min(1);
const tlsPort = port.custom((value: number, helpers) => {
  const [, options]: readonly Partial<MailServerOptions>[] = helpers.state.ancestors;
  return options?.tls === undefined ? refusing(helpers, 'mail-hosts.errors.needs-tls') : value;
});

/** Dovecot must not store mail as root. */
const id = Joi.number()
  .integer()
  .min(1)
  .max(2 ** 32 - 2);

const databaseName = (most: number): Joi.StringSchema =>
  Joi.string().max(most).pattern(/^\w+$/, 'mail-hosts.errors.database-name');

const mapServer = Joi.alternatives().conditional('.socket', {
  is: Joi.exist(),
  then: { socket: path },
  otherwise: {
    host: Joi.string()
      .pattern(/^[a-z\d][a-z\d.-]{0,252}$/i, 'mail-hosts.errors.database-host')
      .required(),
    port: port.required(),
  },
});

const mapSource: Joi.AlternativesSchema<MapSource> = Joi.alternatives().conditional('.engine', {
  is: 'sqlite',
  then: { engine: 'sqlite', file: path.required() },
  otherwise: {
    engine: Joi.valid('mariadb').required(),
    server: mapServer.required(),
    database: databaseName(64).required(),
    user: databaseName(80).required(),
    // Only characters without a meaning in Postfix's and Dovecot's configuration.
    password: Joi.string()
      .max(128)
      .pattern(/^[\w.,:;!*+/=@^~-]+$/, 'mail-hosts.errors.reader-password')
      .required(),
  },
});

const ports = Joi.object<MailPorts>({
  smtp: port.default(standardPorts.smtp),
  submission: port.default(standardPorts.submission),
  submissions: tlsPort,
  imap: port.default(standardPorts.imap),
  imaps: tlsPort,
  pop3: port.default(standardPorts.pop3),
  pop3s: tlsPort,
});

/** The options of a mail host with their rules and defaults. */
const schema = Joi.object<MailServerOptions>({
  target: path.required(),
  hostName: hostName.required(),
  postmaster: mailAddress.required(),
  maps: mapSource.required(),
  epochFolder: path,
  addresses: Joi.array().items(ipAddress).default([]),
  ports: ports.default(standardPorts),
  storage: Joi.object({
    folder: path.default(standardStorage.folder),
    uid: id.default(standardStorage.uid),
    gid: id.default(standardStorage.gid),
  }).default(standardStorage),
  folders: Joi.object({
    queue: path.required(),
    postfixData: path.required(),
    dovecotRun: path.required(),
    dovecotState: path.required(),
  }).default(standardFolders),
  tls: Joi.object({ certificate: path.required(), key: path.required() }),
  relays: Joi.object({
    lookups: path.required(),
    caFile: path.default(standardCaFile),
  }).required(),
  logs: Joi.object({ postfix: path.required(), dovecot: path.required() }),
});

/**
 * Parses each value strictly, so that none can add a line, a comment or a setting. Returns addresses and names in their
 * stored form.
 *
 * @throws {InvalidInputError} with an error for each invalid option, by its path, such as `ports.imap`.
 */
export function parseOptions(options: unknown): MailServerOptions {
  return parseNested(schema, options);
}
