import Joi from 'joi';
import { EmailAddress } from '../../../addresses/index.js';
import { passwordLength } from '../../../secrets/password-strength.js';
import type { Account } from '../../directory/account.js';
import { type OwnLimitForm, ownLimitRules, ownLimitValues } from '../../directory/own-limit.js';
import { type Excess, excesses } from '../plans/forms.js';
import { parsedBy } from '../../../web/forms.js';
import { type Locale, locales } from '../../../web/locale.js';

/** Roles of accounts that can be created; mail users are created with their mailboxes. */
export const accountRoles = ['customer', 'reseller', 'administrator'] as const;
type AccountRole = (typeof accountRoles)[number];

export interface AccountForm extends OwnLimitForm {
  /** What becomes of custom values above the maximums of another plan (default: kept). */
  readonly excess?: Excess;
  readonly version: number;
  readonly role: AccountRole;
  readonly name: string;
  readonly email: EmailAddress;
  /** The login of a customer's reseller; empty for the administrators' own customers. */
  readonly reseller: string;
  /** `''` for no plan. */
  readonly plan: number | '';
  /** `''` follows the browser. */
  readonly locale: Locale | '';
  /** `''` keeps the password. */
  readonly password: string;
}

export interface NewAccountForm extends Omit<
  AccountForm,
  'version' | 'limit' | 'limitPerHour' | 'excess'
> {
  readonly login: string;
  /** With an invitation by mail, or a link to hand over, the person chooses a password. */
  readonly access: 'invitation' | 'link' | 'password';
}

/** How an invitation's link reaches the person. */
export interface InvitationForm {
  readonly way: 'mail' | 'hand';
}

export const personName = Joi.string()
  .trim()
  .max(200)
  .required()
  .pattern(/^[^\p{Cc}\u2028\u2029]*$/u, 'plain');

export const emailAddress = Joi.string()
  .trim()
  .required()
  .custom(parsedBy((text) => EmailAddress.parse(text)));

export const newPassword = Joi.string().min(passwordLength.least).max(passwordLength.most);

const role = Joi.valid(...accountRoles);
const reseller = Joi.string().trim().lowercase().max(320).allow('');
const plan = Joi.number().integer().allow('');
const locale = Joi.valid(...locales, '');
const excess = Joi.valid(...excesses);

/** In the order of the page, which lists errors in this order. */
const fields = {
  role: role.default('customer'),
  reseller: reseller.default(''),
  plan: plan.default(''),
  name: personName,
  email: emailAddress,
  locale: locale.default(''),
};

export const newAccountForm = Joi.object<NewAccountForm>({
  ...fields,
  // Without an @, which marks the login of a mail user.
  login: Joi.string()
    .trim()
    .lowercase()
    .max(64)
    .required()
    .custom((text: string, helpers) =>
      /^[a-z\d]([a-z\d._-]*[a-z\d])?$/.test(text)
        ? text
        : helpers.error('relais.parsed', { refusal: { key: 'accounts.errors.login' } }),
    ),
  access: Joi.valid('invitation', 'link', 'password').default('link'),
  password: Joi.when('access', {
    is: 'password',
    then: newPassword.required(),
    otherwise: Joi.any().empty(Joi.any()).default(''),
  }),
});

export const invitationForm = Joi.object<InvitationForm>({
  way: Joi.valid('mail', 'hand').default('mail'),
});

export const accountForm = Joi.object<AccountForm>({
  ...fields,
  ...ownLimitRules,
  excess: excess.default('keep'),
  version: Joi.number().integer().required(),
  password: newPassword.allow('').default(''),
});

/** Fields that are given. */
export const someOfAccount = Joi.object<Partial<AccountForm>>({
  role,
  reseller,
  plan,
  name: personName.optional(),
  email: emailAddress.optional(),
  locale,
  password: newPassword,
  excess,
  ...ownLimitRules,
});

export const excessForm = Joi.object<{ readonly excess: Excess }>({
  excess: excess.empty('').default('keep'),
});

/** Form values of an account; a password is never shown again. */
export function accountValues(
  account: Account,
  resellerLogin: string,
): Readonly<Record<Exclude<keyof AccountForm, 'password'>, string>> {
  return {
    version: String(account.version),
    role: account.role,
    name: account.name,
    email: account.email,
    reseller: resellerLogin,
    plan: account.planId === undefined ? '' : String(account.planId),
    locale: account.locale ?? '',
    excess: 'keep',
    ...ownLimitValues(account.limitPerHour),
  };
}

/** The form that leaves an account as it is. */
export function formOf(account: Account, resellerLogin: string): AccountForm {
  return {
    version: account.version,
    role: accountRoles.find((each) => each === account.role) ?? 'customer',
    name: account.name,
    email: EmailAddress.parse(account.email),
    reseller: resellerLogin,
    plan: account.planId ?? '',
    locale: account.locale ?? '',
    password: '',
  };
}
