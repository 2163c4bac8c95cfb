import { kinds, outcomes } from '../../previews/preview.js';
import { type ApiPart, type Operation, refusedTokens } from '../../web/operations.js';
import { bulkJob, bulkOutcomes, bulkPlan } from './bulk-schemas.js';
import { bulkForm } from './bulk-form.js';

const missing = { 404: 'There is no such thing of the account.' };
const tooMany = { 429: 'More than 120 requests of the account in a minute, also refused ones.' };

export const bulkOperation: Operation = {
  method: 'post',
  path: '/api/v1/bulk',
  access: 'signed-in',
  id: 'changeRows',
  summary: 'Change many rows',
  description:
    'Does on rows of a list what its page offers for selected ones, with the same decisions. With `dry_run`, the ' +
    'answer is the plan: what will change, what needs no change, and what cannot change and why. Sending its ID as ' +
    '`preview` applies exactly that; rows that somebody changes in between are skipped and named. Without `dry_run`, ' +
    'the plan is applied at once. The token needs the scope of the action: domain-mail.change for domains, ' +
    'mailboxes.manage for mailboxes, accounts.manage for accounts, smtp-servers.manage for SMTP servers.',
  request: {
    schema: bulkForm,
    example: {
      action: 'domains.settings',
      where: ['owner=dupont', 'mail=on'],
      set: { mailEnabled: 'off' },
      dry_run: true,
    },
  },
  success: { status: 202, text: 'The job that applies it.', body: 'BulkJob' },
  otherwise: { status: 200, text: 'The plan, with `dry_run`.', body: 'BulkPlan' },
  problems: {
    400: 'The body is not JSON, or the idempotency key is malformed.',
    ...refusedTokens,
    404: 'There is no such preview of the account.',
    409: 'The preview cannot be applied any more, or not all of its rows are decided about yet.',
    413: 'The body is too large.',
    422: 'A field is not acceptable, or the idempotency key came with another request before.',
    ...tooMany,
  },
};

export const planOperation: Operation = {
  method: 'get',
  path: '/api/v1/bulk/:id',
  access: 'signed-in',
  id: 'readPlan',
  summary: 'What a change of many rows would do',
  description: 'Decides about further rows if not all are counted.',
  pageOf: kinds,
  success: { status: 200, text: 'A page of the plan.', body: 'BulkPlan' },
  problems: { ...refusedTokens, ...missing, 422: 'A parameter is not acceptable.', ...tooMany },
};

export const jobOperation: Operation = {
  method: 'get',
  path: '/api/v1/jobs/:id',
  access: 'signed-in',
  id: 'readJob',
  summary: 'How far a change of many rows is',
  success: { status: 200, text: 'The job.', body: 'BulkJob' },
  problems: { ...refusedTokens, ...missing },
};

export const outcomesOperation: Operation = {
  method: 'get',
  path: '/api/v1/jobs/:id/outcomes',
  access: 'signed-in',
  id: 'readOutcomes',
  summary: 'What became of each row',
  pageOf: outcomes,
  success: { status: 200, text: 'A page of rows.', body: 'BulkOutcomes' },
  problems: { ...refusedTokens, ...missing, 422: 'A parameter is not acceptable.' },
};

/** What programs can do with many rows. */
export const bulkApi: ApiPart = {
  about:
    'They change many rows of a list at once, such as the mail settings of domains, after a plan that they can read ' +
    'first.',
  operations: [bulkOperation, planOperation, jobOperation, outcomesOperation],
  schemas: { BulkPlan: bulkPlan, BulkJob: bulkJob, BulkOutcomes: bulkOutcomes },
};
