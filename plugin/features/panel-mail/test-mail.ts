import type { MailKind } from '../../panel-mail/kind.js';

export const testMail: MailKind = {
  key: 'test',
  feature: 'panel-mail',
  fields: ['name', 'panel'],
  exact: ['panel'],
};
