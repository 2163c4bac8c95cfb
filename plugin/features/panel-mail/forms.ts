import Joi from 'joi';
import { EmailAddress } from '../../addresses/index.js';
import { type FormValues, parseForm, parsedBy } from '../../web/forms.js';
import type { PanelMailChoice } from './store.js';

interface ChoiceForm {
  /** `none`, `mail-host`, or a server's ID. */
  readonly way: 'none' | 'mail-host' | number;
  readonly address: EmailAddress | '';
  readonly name: string;
}

const address = Joi.string()
  .trim()
  .custom(parsedBy((text) => EmailAddress.parse(text)));

const choiceForm = Joi.object<ChoiceForm>({
  way: Joi.alternatives(Joi.valid('none', 'mail-host'), Joi.number().integer())
    .required()
    .error(([first]) => Object.assign(first ?? new Error(), { code: 'any.only' })),
  address: address.allow('').default(''),
  name: Joi.string()
    .trim()
    .max(100)
    .allow('')
    .default('')
    .pattern(/^[^\p{Cc}\u2028\u2029]*$/u, 'plain'),
});

/** @throws {InvalidInputError} */
export function parseChoice(body: unknown): PanelMailChoice {
  const { way, address: from, name } = parseForm(choiceForm, body);
  return {
    ...(typeof way === 'number' ? { way: 'server', serverId: way } : { way, serverId: undefined }),
    address: from === '' ? undefined : from.toString(),
    name: name === '' ? undefined : name,
  };
}

export function choiceValues({ way, serverId, address: from, name }: PanelMailChoice): FormValues {
  return { way: String(serverId ?? way), address: from ?? '', name: name ?? '' };
}

const trialForm = Joi.object<{ readonly to: EmailAddress }>({ to: address.required() });

/** @throws {InvalidInputError} */
export function parseTrial(body: unknown): EmailAddress {
  return parseForm(trialForm, body).to;
}
