import { tokenTable } from './features/api-tokens/table.js';
import { auditTable } from './features/audit/table.js';
import { domainTable } from './features/domains/table.js';
import { aliasTable, mailboxTable } from './features/mailboxes/table.js';
import { messageTable } from './features/messages/table.js';
import { smtpServerTable } from './features/smtp-servers/table.js';
import { accountTable } from './panel/standalone/accounts/table.js';
import { planTable } from './panel/standalone/plans/table.js';
import type { AnyTable } from './tables/table.js';

/** Every list that there is. */
export const lists: readonly AnyTable[] = [
  accountTable,
  aliasTable,
  auditTable,
  domainTable,
  mailboxTable,
  messageTable,
  planTable,
  smtpServerTable,
  tokenTable,
];
