import Joi from 'joi';
import { parseForm, parsedBy } from '../../web/forms.js';

export interface ServiceForm {
  readonly nameEn: string;
  readonly nameFr: string;
}

export interface NewServiceForm extends ServiceForm {
  readonly key: string;
}

/** A list shows names with commas between them. */
const name = Joi.string()
  .trim()
  .max(100)
  .required()
  .pattern(/^[^\p{Cc}\u2028\u2029,]*$/u, 'plain');

const typedNames = { nameEn: name, nameFr: name };

const newService = Joi.object<NewServiceForm>({
  key: Joi.string().trim().lowercase().max(40).required().custom(parsedBy(keyOf)),
  ...typedNames,
});

export function parseNewService(body: unknown): NewServiceForm {
  return parseForm(newService, body);
}

export function parseService(body: unknown): ServiceForm {
  return parseForm(Joi.object<ServiceForm>(typedNames), body);
}

/** @throws {RefusedKeyError} */
function keyOf(text: string): string {
  if (!/^[a-z][a-z\d-]*$/.test(text)) {
    throw new RefusedKeyError();
  }
  return text;
}

class RefusedKeyError extends Error {
  override readonly name = 'RefusedKeyError';
  readonly key = 'smtp-servers.errors.service-key';
}
