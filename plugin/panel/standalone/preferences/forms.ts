import Joi from 'joi';
import type { EmailAddress } from '../../../addresses/index.js';
import { passwordLength } from '../../../secrets/password-strength.js';
import { type Locale, locales } from '../../../web/locale.js';
import { type Theme, themes } from '../../../viewing/viewer.js';
import { emailAddress, newPassword, personName } from '../accounts/forms.js';

/** Missing fields stay unchanged; `locale` `''` follows the browser. */
export interface AppearanceForm {
  readonly locale?: Locale | '';
  readonly theme?: Theme;
}

export interface ProfileForm extends AppearanceForm {
  readonly version: number;
  readonly name: string;
  readonly email: EmailAddress;
}

export interface PasswordForm {
  readonly current: string;
  readonly password: string;
}

const appearance = { locale: Joi.valid(...locales, ''), theme: Joi.valid(...themes) };

export const appearanceForm = Joi.object<AppearanceForm>(appearance);

export const profileForm = Joi.object<ProfileForm>({
  version: Joi.number().integer().required(),
  name: personName,
  email: emailAddress,
  ...appearance,
});

export const passwordForm = Joi.object<PasswordForm>({
  current: Joi.string()
    .max(passwordLength.most * 4)
    .allow('')
    .default(''),
  password: newPassword.required(),
});
