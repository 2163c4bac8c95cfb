import Joi from 'joi';
import type { DomainName, EmailAddress } from '../../addresses/index.js';
import { type OwnLimitForm, ownLimitRules } from '../../panel/directory/own-limit.js';
import { parsedBy } from '../../web/forms.js';
import { Joi as LengthsFirst } from '../../web/lengths-first.js';
import { type TypedTarget, targetsIn } from './alias.js';
import { addressWithin, longestDisplayName, megabytesIn } from './mailbox.js';
import { passwordLength } from '../../secrets/password-strength.js';

export interface MailboxForm extends OwnLimitForm {
  readonly version: number;
  readonly displayName: string;
  /** An empty password keeps the current one. */
  readonly password: string;
  /** 0 means no limit. */
  readonly quotaMegabytes: number;
  readonly imap: boolean;
  readonly pop3: boolean;
}

export interface NewMailboxForm extends Omit<MailboxForm, 'version' | 'limit' | 'limitPerHour'> {
  readonly address: EmailAddress;
}

export interface NewAliasForm {
  readonly address: EmailAddress;
  readonly targets: readonly TypedTarget[];
  /** Whether it had these targets before; some may be suspended now, as they may for an alias that stays. */
  readonly isReturning?: boolean;
}

export interface AliasForm extends NewAliasForm {
  readonly version: number;
}

export interface OwnPasswordForm {
  readonly current: string;
  readonly password: string;
}

const version = Joi.number().integer().required();

const password = Joi.string()
  .min(passwordLength.least)
  .max(passwordLength.most)
  .pattern(/^\P{Cc}*$/u, 'plain');

const displayName = Joi.string()
  .trim()
  .max(longestDisplayName)
  .pattern(/^[^\p{Cc}\u2028\u2029]*$/u, 'plain')
  .allow('');
const quotaMegabytes = Joi.string().trim().empty('').custom(parsedBy(megabytesIn));
const box = Joi.boolean().truthy('1').empty('');

const settings = {
  displayName: displayName.default(''),
  quotaMegabytes: quotaMegabytes.default(0),
  imap: box.default(false),
  pop3: box.default(false),
};

/** Fields that are given. */
export const someOfMailbox = Joi.object<Partial<MailboxForm>>({
  displayName,
  quotaMegabytes,
  imap: box,
  pop3: box,
  password,
  ...ownLimitRules,
});

export const mailboxForm = Joi.object<MailboxForm>({
  version,
  ...settings,
  ...ownLimitRules,
  password: password.allow('').default(''),
});

export function newMailboxForm(domain: DomainName): Joi.ObjectSchema<NewMailboxForm> {
  return Joi.object<NewMailboxForm>({
    address: addressIn(domain),
    ...settings,
    password: password.required(),
  });
}

/** More than fifty of the longest addresses. */
const longestTargets = 20_000;

const targets = LengthsFirst.string()
  .trim()
  .max(longestTargets)
  .required()
  .custom(parsedBy(targetsIn));

/** Its targets alone, if they are given. */
export const targetsForm = Joi.object<Partial<Pick<NewAliasForm, 'targets'>>>({
  targets: targets.optional(),
});

export function newAliasForm(domain: DomainName): Joi.ObjectSchema<NewAliasForm> {
  return Joi.object<NewAliasForm>({ address: addressIn(domain), targets });
}

/** Fields that are given. */
export function someOfAlias(domain: DomainName): Joi.ObjectSchema<Partial<AliasForm>> {
  return Joi.object<Partial<AliasForm>>({
    address: addressIn(domain).optional(),
    targets: targets.optional(),
  });
}

export function aliasForm(domain: DomainName): Joi.ObjectSchema<AliasForm> {
  return Joi.object<AliasForm>({ version, address: addressIn(domain), targets });
}

export interface RemovalForm {
  /** The digest of the consequences that were shown. */
  readonly expected: string;
}

export const removalForm = Joi.object<RemovalForm>({ expected: Joi.string().required() });

export interface SuspensionForm {
  /** Whether the consequences for aliases are confirmed. */
  readonly confirmed: boolean;
}

export const suspensionForm = Joi.object<SuspensionForm>({
  confirmed: Joi.boolean().truthy('1').empty('').default(false),
});

export const ownPasswordForm = Joi.object<OwnPasswordForm>({
  current: Joi.string()
    .max(passwordLength.most * 4)
    .required(),
  password: password.required(),
});

function addressIn(domain: DomainName): Joi.StringSchema {
  return Joi.string()
    .trim()
    .required()
    .custom(parsedBy((text) => addressWithin(domain, text)));
}
