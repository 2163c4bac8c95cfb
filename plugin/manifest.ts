import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Joi from 'joi';
import { StartError } from './errors.js';
import { programFolder } from './runtime/paths.js';

export const roles = ['administrator', 'reseller', 'customer', 'mail-user'] as const;
export type Role = (typeof roles)[number];

const places = ['mail', 'domain', 'admin'] as const;
type Place = (typeof places)[number];

/** A permission. With `plan`, an account's plan may withhold it. */
export interface Permission {
  readonly id: string;
  readonly roles: readonly Role[];
  readonly plan: boolean;
}

/** A menu entry. Its text is the locale key `<id>.menu`; its permission decides who sees it. */
export interface NavigationEntry {
  readonly id: string;
  /** Below the mount point, or below the domain's page if the place is `domain`. */
  readonly path: string;
  readonly place: Place;
  /** The name of a Tabler icon; the build fails if there is none. */
  readonly icon: string;
  readonly permission: string;
}

const settingTypes = [
  'boolean',
  'ip-addresses',
  'host-name',
  'host-names',
  'hosts',
  'ports',
  'mail-ports',
  'days',
] as const;

/** A setting of the whole installation; `host-name` and `days` are lists of at most one. Its texts are `settings.<key>.label` and `.help`. */
export interface SettingDeclaration {
  readonly key: string;
  readonly type: (typeof settingTypes)[number];
  readonly default: boolean | readonly string[];
}

export interface Manifest {
  readonly id: string;
  readonly version: string;
  readonly name: Readonly<Record<string, string>>;
  readonly description: Readonly<Record<string, string>>;
  readonly node: string;
  readonly locales: readonly string[];
  readonly permissions: readonly Permission[];
  readonly navigation: readonly NavigationEntry[];
  readonly settings: readonly SettingDeclaration[];
}

/**
 * Reads and checks `manifest.json`.
 *
 * @throws {StartError} when it is not a valid manifest.
 */
export function loadManifest(file = join(programFolder, 'manifest.json')): Manifest {
  return parseManifest(readFileSync(file, 'utf8'));
}

/** @throws {StartError} listing all errors. */
export function parseManifest(text: string): Manifest {
  const result = schema.validate(jsonIn(text), { abortEarly: false, convert: false });
  if (result.error !== undefined) {
    throw new StartError(`manifest.json: ${result.error.message}.`);
  }
  assertConsistent(result.value);
  return result.value;
}

function assertConsistent(manifest: Manifest): void {
  const permissions = new Set(manifest.permissions.map((each) => each.id));
  for (const entry of manifest.navigation) {
    if (!permissions.has(entry.permission)) {
      throw new StartError(
        `manifest.json: "${entry.id}" asks for ${entry.permission}, which is no permission.`,
      );
    }
  }
  for (const locale of manifest.locales) {
    if (manifest.name[locale] === undefined || manifest.description[locale] === undefined) {
      throw new StartError(`manifest.json: the name or the description lacks ${locale}.`);
    }
  }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new StartError('manifest.json is not JSON.', { cause: error });
  }
}

const id = Joi.string().pattern(/^[a-z]+([.-][a-z]+)*$/);
const version = Joi.string().pattern(/^\d+\.\d+\.\d+$/);
const localized = Joi.object().pattern(Joi.string(), Joi.string());

const permission = Joi.object({
  id: id.required(),
  roles: Joi.array()
    .items(Joi.valid(...roles))
    .min(1)
    .unique()
    .required(),
  plan: Joi.boolean().default(false),
});

const navigation = Joi.object({
  id: id.required(),
  path: Joi.string()
    .pattern(/^(?:\/|(?:\/[a-z-]+)+)$/)
    .required(),
  place: Joi.valid(...places).required(),
  icon: Joi.string()
    .pattern(/^[a-z][a-z\d-]*$/)
    .required(),
  permission: id.required(),
});

const setting = Joi.alternatives(
  Joi.object({
    key: id.required(),
    type: Joi.valid('boolean').required(),
    default: Joi.boolean().required(),
  }),
  Joi.object({
    key: id.required(),
    type: Joi.valid(...settingTypes.filter((type) => type !== 'boolean')).required(),
    default: Joi.array().items(Joi.string()).required(),
  }),
);

const schema: Joi.ObjectSchema<Manifest> = Joi.object({
  id: id.required(),
  version: version.required(),
  name: localized.required(),
  description: localized.required(),
  node: version.required(),
  locales: Joi.array().items(Joi.valid('en', 'fr')).min(1).unique().required(),
  permissions: Joi.array().items(permission).unique('id').required(),
  navigation: Joi.array().items(navigation).unique('id').required(),
  settings: Joi.array().items(setting).unique('key').required(),
});
