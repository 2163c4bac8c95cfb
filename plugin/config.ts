import { accessSync, constants, readFileSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import { Resolver } from 'node:dns';
import { join, resolve } from 'node:path';
import type express from 'express';
import Joi from 'joi';
import type { DatabaseLocation } from './database/database.js';
import { StartError } from './errors.js';
import { library } from './runtime/library.js';
import { makeFolder } from './runtime/paths.js';
import type { PanelPlace } from './web/panel-url.js';

/** The operator's configuration, read once at start. */
export interface Config extends PanelPlace {
  readonly dataFolder: string;
  readonly database: DatabaseLocation;
  /** Express's `trust proxy`: the number of proxies in front, or their addresses. */
  readonly trustProxy: number | string;
  readonly logLevel: string;
  /** DNS servers for MX look-ups; the system's own when empty. */
  readonly resolvers: readonly string[];
  /** The Unix socket where Postfix asks for relay logins. */
  readonly lookups: string;
  /** Additional CAs trusted for SMTP servers, in PEM. */
  readonly smtpCa: string | undefined;
  /** With less free space on the disk, no message and no file is accepted. */
  readonly leastFreeBytes: number;
}

export interface ConfigOptions {
  readonly host?: string | undefined;
  readonly port?: string | undefined;
  readonly data?: string | undefined;
  readonly database?: string | undefined;
}

/** Environment variables with their defaults; the README has the same table. */
export const variables = {
  RELAIS_HOST: '127.0.0.1',
  RELAIS_PORT: '8880',
  RELAIS_DATA: './var',
  RELAIS_DATABASE: 'sqlite',
  RELAIS_BASE_PATH: '/',
  RELAIS_TRUST_PROXY: '0',
  RELAIS_LOG_LEVEL: 'info',
  RELAIS_RESOLVERS: '',
  RELAIS_LOOKUPS: 'lookups/socket',
  RELAIS_PUBLIC_URL: '',
  RELAIS_SMTP_CA: '',
  RELAIS_LEAST_FREE: '512',
} as const;

const megabytes = Joi.number()
  .integer()
  .min(0)
  .max(1024 ** 3);

/**
 * Reads options, then the environment, then defaults; derives; checks.
 *
 * @throws {StartError} naming the invalid option or variable.
 */
export function readConfig(options: ConfigOptions, env: NodeJS.ProcessEnv): Config {
  const value = (name: keyof typeof variables, option?: string): string =>
    option ?? env[name] ?? variables[name];
  const dataFolder = resolve(value('RELAIS_DATA', options.data));

  return {
    host: checked('host', Joi.string().hostname(), value('RELAIS_HOST', options.host)),
    port: checked('port', Joi.number().port(), value('RELAIS_PORT', options.port)),
    dataFolder,
    database: databaseFrom(value('RELAIS_DATABASE', options.database), dataFolder),
    basePath: checked(
      'base path',
      Joi.string().pattern(/^\/([\w.-]+\/?)*$/),
      value('RELAIS_BASE_PATH'),
    ),
    trustProxy: proxiesFrom(value('RELAIS_TRUST_PROXY')),
    logLevel: checked(
      'log level',
      Joi.valid('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
      value('RELAIS_LOG_LEVEL'),
    ),
    resolvers: resolversFrom(value('RELAIS_RESOLVERS')),
    lookups: resolve(dataFolder, value('RELAIS_LOOKUPS')),
    publicUrl: publicUrlFrom(value('RELAIS_PUBLIC_URL')),
    smtpCa: certificatesFrom(value('RELAIS_SMTP_CA')),
    leastFreeBytes: 1024 ** 2 * checked('least free space', megabytes, value('RELAIS_LEAST_FREE')),
  };
}

/**
 * Mail servers reach their file through this folder, so others may traverse it, but not list it.
 *
 * @throws {StartError} when the folder cannot be created or written.
 */
export function prepareDataFolder(folder: string): void {
  try {
    makeFolder(folder, 0o711);
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new StartError(`The data folder ${folder} cannot be written to.`, { cause: error });
  }
}

function databaseFrom(text: string, dataFolder: string): DatabaseLocation {
  if (text === 'sqlite') {
    return { engine: 'sqlite', file: join(dataFolder, 'relais.sqlite') };
  }
  if (/^sqlite:./.test(text)) {
    return { engine: 'sqlite', file: resolve(text.slice('sqlite:'.length)) };
  }
  if (/^(mysql|mariadb):\/\//.test(text) && URL.canParse(text)) {
    return { engine: 'mariadb', url: text.replace(/^mariadb:/, 'mysql:') };
  }
  throw new StartError(
    'The database must be `sqlite`, `sqlite:FILE` or `mysql://USER:PASSWORD@HOST:PORT/DATABASE`.',
  );
}

/** In Express's format: a number of hops, or addresses, networks and names such as `loopback`. */
function proxiesFrom(text: string): number | string {
  if (/^\d+$/.test(text)) {
    return Number(text);
  }
  checked('list of trusted proxies', Joi.string().pattern(/^[\w.:/]+( *, *[\w.:/]+)*$/), text);
  try {
    // Express itself says which proxies it can trust.
    const createServer: typeof express = library('express');
    createServer().set('trust proxy', text);
  } catch (error) {
    throw new StartError(`The list of trusted proxies ${JSON.stringify(text)} is not valid.`, {
      cause: error,
    });
  }
  return text;
}

/** @throws {StartError} */
function resolversFrom(text: string): readonly string[] {
  const servers = text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
  try {
    new Resolver().setServers(servers);
    return servers;
  } catch (error) {
    throw new StartError(`The list of resolvers ${JSON.stringify(text)} is not valid.`, {
      cause: error,
    });
  }
}

/** @throws {StartError} */
function publicUrlFrom(text: string): string | undefined {
  const url = text !== '' && URL.canParse(text) ? new URL(text) : undefined;
  const isPlain =
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    [url.username, url.password, url.search, url.hash].every((part) => part === '');
  if (text !== '' && !isPlain) {
    throw new StartError(`The public URL ${JSON.stringify(text)} is not valid.`);
  }
  return url?.href.replace(/\/?$/, '/');
}

/** @throws {StartError} */
function certificatesFrom(file: string): string | undefined {
  if (file === '') {
    return undefined;
  }
  try {
    const text = readFileSync(file, 'utf8');
    assertCertificate(text);
    return text;
  } catch (error) {
    throw new StartError(`${JSON.stringify(file)} cannot be read as certificates in PEM.`, {
      cause: error,
    });
  }
}

/** @throws {Error} */
function assertCertificate(pem: string): X509Certificate {
  return new X509Certificate(pem);
}

function checked<T>(name: string, schema: Joi.Schema<T>, text: string): T {
  const result = schema.validate(text);
  if (result.error !== undefined) {
    throw new StartError(`The ${name} ${JSON.stringify(text)} is not valid.`);
  }
  return result.value;
}
