import Joi from 'joi';
import { EmailAddress, IpAddress } from '../../addresses/index.js';
import { type Webmail, webmails } from '../../panel/directory/plan.js';
import { parseForm, parsedBy } from '../../web/forms.js';
import {
  type KeptFields,
  type Policy,
  type UnknownRecipients,
  type WantedSettings,
  policies,
  policyFields,
} from './mail-settings.js';
import { textLimits } from './texts.js';

interface MailSettingsForm {
  readonly version: number;
  readonly mailEnabled: boolean;
  readonly policy: Policy;
  readonly rejectText?: string;
  readonly bounceText?: string;
  readonly forwardTo?: EmailAddress;
  readonly redirectIp?: IpAddress;
  readonly redirectPort?: number;
  readonly webmail: Webmail | '';
  /** The id of an SMTP server. */
  readonly relay?: number;
}

/** In characters: what a column takes. */
const mostStored = 500;

const plainText = Joi.string()
  .trim()
  .pattern(/^[^\p{Cc}\u2028\u2029]*$/u, 'plain');

/** A policy's field must be right when that policy is taken; otherwise it is not looked at. */
function forPolicy(policy: Policy, schema: Joi.Schema): Joi.Schema {
  return Joi.any().when('policy', { is: policy, then: schema, otherwise: Joi.any().strip() });
}

const mailSettingsForm = Joi.object<MailSettingsForm>({
  version: Joi.number().integer().required(),
  mailEnabled: Joi.boolean().truthy('1').empty('').default(false),
  policy: Joi.valid(...policies).required(),
  rejectText: forPolicy('reject', plainText.max(mostStored).allow('')),
  bounceText: forPolicy('bounce', plainText.max(textLimits.bounce).required()),
  forwardTo: forPolicy(
    'forward',
    Joi.string()
      .trim()
      .required()
      .custom(parsedBy((text) => EmailAddress.parse(text))),
  ),
  redirectIp: forPolicy(
    'redirect',
    Joi.string()
      .trim()
      .required()
      .custom(parsedBy((text) => IpAddress.parse(text))),
  ),
  redirectPort: forPolicy('redirect', Joi.number().port().min(1).empty('').default(25)),
  webmail: Joi.valid(...webmails, '').default(''),
  relay: Joi.number().integer().min(1).empty(''),
});

const mostKept = 1000;

/** What was typed into the fields of the policies that were not taken: kept for when they are. */
export function keptFields(taken: Policy, body: unknown): KeptFields {
  const sent = typeof body === 'object' && body !== null ? Object.entries(body) : [];
  const others: readonly string[] = policies
    .filter((policy) => policy !== taken)
    .flatMap((policy) => policyFields[policy]);
  return Object.fromEntries(
    sent.filter(
      ([name, value]) =>
        others.includes(name) &&
        typeof value === 'string' &&
        value !== '' &&
        value.length <= mostKept,
    ),
  );
}

/** @throws {InvalidInputError} */
export function parseMailSettings(body: unknown): WantedSettings {
  const form = parseForm(mailSettingsForm, body);
  return {
    version: form.version,
    settings: {
      enabled: form.mailEnabled,
      unknown: unknownIn(form),
      webmail: form.webmail === '' ? undefined : form.webmail,
      relayId: form.relay,
    },
    kept: keptFields(form.policy, body),
  };
}

function unknownIn(form: MailSettingsForm): UnknownRecipients {
  switch (form.policy) {
    case 'reject':
      return { policy: 'reject', text: form.rejectText || undefined };
    case 'bounce':
      return { policy: 'bounce', text: form.bounceText ?? '' };
    case 'forward':
      return { policy: 'forward', to: required(form.forwardTo) };
    case 'redirect':
      return {
        policy: 'redirect',
        ip: required(form.redirectIp),
        port: required(form.redirectPort),
      };
  }
}

/** The form's schema requires it with this policy. */
function required<T>(value: T | undefined): T {
  if (value === undefined) {
    throw new TypeError('The form was not validated.');
  }
  return value;
}
