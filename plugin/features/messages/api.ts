import Joi from 'joi';
import type { ApiPart, Operation } from '../../web/operations.js';
import { refusedTokens } from '../../web/operations.js';
import { messageForm } from './forms.js';
import {
  type MessageOutcome,
  type MessageStatus,
  recipientFields,
  recipientStates,
  states,
} from './message.js';

/** A message in the API. */
export interface MessageAnswer {
  readonly id: number;
  readonly state: string;
  readonly service: string;
  readonly subject: string;
  readonly messageId: string;
  readonly attempts: number;
  readonly outcome: MessageOutcome | null;
  readonly reply: string | null;
  readonly createdAt: string;
  readonly nextAttemptAt: string | null;
  readonly finishedAt: string | null;
  readonly recipients: readonly {
    readonly address: string;
    readonly field: string;
    readonly state: string;
    readonly reply: string | null;
  }[];
}

const time = Joi.string().isoDate();
const reply = Joi.string()
  .allow(null)
  .required()
  .description('What the SMTP server answered, if it did.');

export const messageAnswer = Joi.object<MessageAnswer>({
  id: Joi.number().integer().required(),
  state: Joi.valid(...states)
    .required()
    .description(
      '`queued`: waits, or waits to be tried again. `sending`: goes to a server. `handing-over`: the end of the ' +
        'message goes to a server, which may have it from now on. `sent`: a server has accepted it for one ' +
        'recipient at least. `failed`: given up. `unknown`: its end was sent, and no answer came; SMTP cannot tell ' +
        'whether the server has it (RFC 5321 §4.5.3.2.6), so it is not sent again by itself. `cancelled`.',
    ),
  service: Joi.string().required(),
  subject: Joi.string().required(),
  messageId: Joi.string()
    .required()
    .description('Its Message-ID without angle brackets, which stays the same in every attempt.'),
  attempts: Joi.number().integer().required(),
  outcome: Joi.string()
    .allow(null)
    .required()
    .description('A code for what the last attempt came to.'),
  reply,
  createdAt: time.required(),
  nextAttemptAt: time.allow(null).required(),
  finishedAt: time.allow(null).required(),
  recipients: Joi.array()
    .items(
      Joi.object({
        address: Joi.string().required(),
        field: Joi.valid(...recipientFields).required(),
        state: Joi.valid(...recipientStates).required(),
        reply,
      }),
    )
    .required(),
});

export function answerOf({ message, recipients }: MessageStatus): MessageAnswer {
  return {
    id: message.id,
    state: message.state,
    service: message.service,
    subject: message.subject,
    messageId: message.messageId,
    attempts: message.attempts,
    outcome: message.outcome ?? null,
    reply: message.reply ?? null,
    createdAt: timeOf(message.createdAt) ?? '',
    nextAttemptAt: timeOf(message.nextAttemptAt),
    finishedAt: timeOf(message.finishedAt),
    recipients: recipients.map((each) => ({
      address: each.address,
      field: each.field,
      state: each.state,
      reply: each.reply ?? null,
    })),
  };
}

const planFull =
  'The token lacks the scope, or the account has as many messages, or as much in them, as its plan allows.';

export const sendOperation: Operation = {
  method: 'post',
  path: '/api/v1/messages',
  access: 'messages.send',
  id: 'sendMessage',
  summary: 'Queue a message',
  description:
    'It leaves through the confirmed SMTP server of the account that is set for the service, or else through one ' +
    'that is set for all, with the server’s sender name and signature. Temporary failures are tried again with ' +
    'growing pauses for 24 hours, permanent ones are given up at once, and another suitable server is tried only ' +
    'if the one before could not be used. While the account is suspended its messages wait. What a message ' +
    'says is kept for 7 days once it is sent or given up, all the rest for 90 days.',
  request: {
    schema: messageForm,
    example: {
      service: 'sales',
      to: ['anna@example.com'],
      bcc: ['archive@example.com'],
      replyTo: 'orders@example.com',
      subject: 'Your order',
      text: 'It is on its way.',
      html: '<p>It is on its way.</p>',
      attachments: [
        { filename: 'invoice.txt', contentType: 'text/plain', content: 'VG90YWw6IDEwIEVVUgo=' },
      ],
    },
  },
  success: { status: 202, text: 'It is queued, or was with the same key.', body: 'Message' },
  problems: {
    400: 'The body is not JSON, or the idempotency key is malformed.',
    ...refusedTokens,
    403: planFull,
    413: 'The body is larger than 36 MB.',
    422: 'A field is not acceptable, no server suits, or the idempotency key came with another message before.',
    429: 'More than 120 requests of the account in a minute, also refused ones (once for every 4 MB), or more than two of over 1 MB at once.',
    507: 'The disk has too little free space.',
  },
};

export const readOperation: Operation = {
  method: 'get',
  path: '/api/v1/messages/:id',
  access: 'messages.view',
  id: 'readMessage',
  summary: 'What became of a message',
  success: { status: 200, text: 'The message.', body: 'Message' },
  problems: { ...refusedTokens, 404: 'There is no such message of the account.' },
};

/** What programs can do with messages. */
export const messageApi: ApiPart = {
  about:
    'Programs send mail through the confirmed SMTP servers of the account. No message is sent twice once a server has ' +
    'accepted it, with one exception that SMTP leaves open: see the state `unknown`.',
  operations: [sendOperation, readOperation],
  schemas: { Message: messageAnswer },
};

function timeOf(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
