import type { MailKind } from '../../../panel-mail/kind.js';

/** A link to choose a first password. */
export const invitationMail: MailKind = {
  key: 'invitation',
  feature: 'accounts',
  fields: ['name', 'login', 'days'],
  exact: ['login'],
};

/** A link to choose a new password. */
export const newPasswordMail: MailKind = {
  key: 'new-password',
  feature: 'sign-in',
  fields: ['name', 'login', 'minutes'],
  exact: ['login'],
};
