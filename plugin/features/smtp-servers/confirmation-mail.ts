import type { MailKind } from '../../panel-mail/kind.js';

/** Leaves through the server that it confirms, whatever the panel's other mails leave through. */
export const confirmationMail: MailKind = {
  key: 'confirmation',
  feature: 'smtp-servers',
  fields: ['title', 'count'],
};
