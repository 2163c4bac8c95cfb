import Joi from 'joi';
import { movePort } from '../../web/port-in-host.js';
import type { FieldErrors } from '../../errors.js';
import { longestTyped } from '../../tables/named-things.js';
import { type FormValues, parseForm } from '../../web/forms.js';
import { type OwnLimitForm, ownLimitIn, ownLimitRules } from '../../panel/directory/own-limit.js';
import type { MailSettings, WantedSettings } from './mail-settings.js';
import { keptFields } from './policies/field-texts.js';
import { type AnyPolicy, policies, policyNamed } from './policies/index.js';

interface MailSettingsForm extends OwnLimitForm {
  readonly version: number;
  readonly mailEnabled: boolean;
  readonly policy: string;
  /** A key. */
  readonly webmail: string;
  /** The name of an SMTP server. */
  readonly relay: string;
}

/** Moves the port of the selected policy's host to its field, with an error there if it had another one. */
export function misplacedPort(body: unknown): FieldErrors {
  const place = policies.find(({ key }) => key === policyIn(body))?.place;
  return place === undefined || typeof body !== 'object' || body === null
    ? {}
    : movePort(Object(body), place);
}

/** @throws {InvalidInputError} with the errors of the selected policy only. */
export function parseMailSettings(body: unknown): WantedSettings {
  const { version, mailEnabled, policy, webmail, relay, limit, limitPerHour, ...values } =
    parseForm(formWith(policies.find(({ key }) => key === policyIn(body))), body);
  return {
    version,
    settings: {
      enabled: mailEnabled,
      unknown: policyNamed(policy).wanted(values),
      webmail: webmail === '' ? undefined : webmail,
      ...ownLimitIn({ ...(limit && { limit }), limitPerHour }),
    },
    relay,
    kept: keptFields(policy, body),
  };
}

/**
 * A policy and a relay's ID by themselves, each where it is typed; an empty relay is none.
 *
 * @throws {InvalidInputError}
 */
export function parseTyped(
  policy: AnyPolicy | undefined,
  typed: FormValues,
): Partial<Pick<MailSettings, 'unknown' | 'relayId'>> {
  const { relay: id, ...values } = parseForm<{ readonly relay?: number }>(
    Joi.object({ ...(policy && rulesOf(policy)), relay: relayId }),
    typed,
  );
  return {
    ...(policy && { unknown: policy.wanted(values) }),
    ...('relay' in typed && { relayId: id }),
  };
}

/** An outgoing limit as a command takes it: a number, or `plan`. @throws {InvalidInputError} */
export function limitTyped(text: string): { readonly limitPerHour?: number | undefined } {
  const typed = text === 'plan' ? { limit: 'plan' } : { limit: 'own', limitPerHour: text };
  return ownLimitIn(parseForm(Joi.object<OwnLimitForm>(ownLimitRules), typed));
}

const relayId = Joi.number().integer().min(1).empty('');

const forms = new Map<AnyPolicy | undefined, Joi.ObjectSchema<MailSettingsForm>>();

function formWith(policy: AnyPolicy | undefined): Joi.ObjectSchema<MailSettingsForm> {
  const form =
    forms.get(policy) ??
    Joi.object<MailSettingsForm>({
      version: Joi.number().integer().required(),
      mailEnabled: Joi.boolean().truthy('1').empty('').default(false),
      policy: Joi.valid(...policies.map(({ key }) => key)).required(),
      ...(policy && rulesOf(policy)),
      webmail: Joi.string().max(40).allow('').default(''),
      relay: Joi.string().trim().allow('').max(longestTyped).default(''),
      ...ownLimitRules,
    });
  forms.set(policy, form);
  return form;
}

function rulesOf({ fields }: AnyPolicy): Readonly<Record<string, Joi.Schema>> {
  return Object.fromEntries(Object.entries(fields).map(([name, { rule }]) => [name, rule]));
}

function policyIn(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'policy' in body ? body.policy : undefined;
}
