import type { MailKind } from '../../panel-mail/kind.js';

export const changedMail: MailKind = {
  key: 'changed',
  feature: 'previews',
  fields: ['title', 'actor', 'changes'],
  exact: ['title'],
  lists: ['changes'],
  switchableBy: ['administrator', 'reseller', 'customer'],
};
