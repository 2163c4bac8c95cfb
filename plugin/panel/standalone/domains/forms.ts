import Joi from 'joi';
import { DomainName } from '../../../addresses/index.js';
import { understoodHost } from '../../../web/typed-host.js';
import { parsedBy } from '../../../web/forms.js';
import { type Locale, locales } from '../../../web/locale.js';

export interface NewDomainForm {
  readonly name: DomainName;
  /** The owner's login; empty means the viewer, except for administrators. */
  readonly owner: string;
  readonly locale: Locale;
}

const domainName = Joi.string()
  .trim()
  .required()
  .custom(parsedBy((text) => DomainName.parse(understoodHost(text).host)));

export const newDomainForm = Joi.object<NewDomainForm>({
  name: domainName,
  locale: Joi.valid(...locales).default('en'),
  owner: Joi.string().trim().lowercase().max(320).allow('').default(''),
});

export interface DomainRemovalForm {
  /** The domain's name, typed again. */
  readonly confirmation: DomainName;
}

export const domainRemovalForm = Joi.object<DomainRemovalForm>({ confirmation: domainName });
