import type { Knex } from 'knex';
import type { Database } from '../../database/database.js';
import { type Scope, isWithin, ownersIn } from '../../viewing/scope.js';
import { foldText } from '../../database/fold-text.js';
import { insertParts, readContent, readText } from './contents.js';
import type {
  Attempt,
  Bytes,
  Message,
  MessageContent,
  MessageOutcome,
  MessageState,
  MessageStatus,
  MessageText,
  Recipient,
  RecipientField,
  RecipientState,
} from './message.js';
import { retryForMs } from './message.js';

export interface MessageRow {
  readonly id: number;
  readonly owner_id: number;
  readonly reseller_id: number | null;
  readonly service: string;
  readonly subject: string;
  readonly message_id: string;
  readonly fingerprint: string;
  readonly state: MessageState;
  readonly outcome: MessageOutcome | null;
  readonly reply: string | null;
  readonly attempts: number;
  readonly created_at: number;
  readonly next_attempt_at: number | null;
  readonly expires_at: number;
  readonly finished_at: number | null;
  readonly has_content: number;
  readonly content_bytes: number;
}

interface RecipientRow {
  readonly address: string;
  readonly field: RecipientField;
  readonly state: RecipientState;
  readonly reply: string | null;
}

interface AttemptRow {
  readonly number: number;
  readonly at: number;
  readonly ended_at: number | null;
  readonly server: string;
  readonly outcome: MessageOutcome | null;
  readonly reply: string | null;
}

export type NewMessage = Pick<
  Message,
  'ownerId' | 'resellerId' | 'service' | 'subject' | 'messageId'
> & {
  readonly recipients: readonly Pick<Recipient, 'address' | 'field'>[];
  readonly idempotencyKey: string | undefined;
  readonly fingerprint: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** The stored parts of the content. */
  readonly parts: readonly Bytes[];
};

/** A queued message, with the fingerprint of what was asked for. */
export interface KnownMessage {
  readonly message: Message;
  readonly fingerprint: string;
}

/** Messages within a viewer's scope. */
export class MessageStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async find(scope: Scope, id: number): Promise<Message | undefined> {
    const row = await this.#db.knex<MessageRow>('messages').where({ id }).first();
    return row !== undefined && isWithin(scope, row) ? messageFrom(row) : undefined;
  }

  /** Locks the message (FOR UPDATE). */
  async held(tx: Knex.Transaction, scope: Scope, id: number): Promise<Message | undefined> {
    const row = await tx<MessageRow>('messages').where({ id }).forUpdate().first();
    return row !== undefined && isWithin(scope, row) ? messageFrom(row) : undefined;
  }

  /** The message that an account queued under a key. */
  async findByKey(
    ownerId: number,
    idempotencyKey: string | undefined,
    db: Knex = this.#db.knex,
  ): Promise<KnownMessage | undefined> {
    if (idempotencyKey === undefined) {
      return undefined;
    }
    const row = await db<MessageRow & { idempotency_key: string }>('messages')
      .where({ owner_id: ownerId, idempotency_key: idempotencyKey })
      .first();
    return row && { message: messageFrom(row), fingerprint: row.fingerprint };
  }

  async insert(tx: Knex, message: NewMessage): Promise<MessageStatus> {
    const row = rowOf(message);
    const [inserted] = await tx('messages').insert({
      ...row,
      idempotency_key: message.idempotencyKey ?? null,
      search_text: searchTextOf(message),
    });
    const id = Number(inserted);
    await tx('message_recipients').insert(
      message.recipients.map(({ address, field }, position) => ({
        message_id: id,
        position,
        address,
        field,
        state: 'waiting',
      })),
    );
    await insertParts(tx, id, message.parts);
    return {
      message: messageFrom({ ...row, id }),
      recipients: message.recipients.map((each) => ({
        ...each,
        state: 'waiting',
        reply: undefined,
      })),
    };
  }

  /** For recipients that do not have it. An attempt still in progress can no longer change it. */
  async queueAgain(tx: Knex, id: number, at: number): Promise<void> {
    await tx('messages')
      .where({ id })
      .update({
        state: 'queued',
        outcome: null,
        reply: null,
        claim: null,
        attempts: 0,
        next_attempt_at: at,
        expires_at: at + retryForMs,
        finished_at: null,
      });
    await tx('message_recipients')
      .where({ message_id: id, state: 'refused' })
      .update({ state: 'waiting', reply: null });
  }

  async recipients(id: number): Promise<readonly Recipient[]> {
    const rows: RecipientRow[] = await this.#db
      .knex<RecipientRow & { message_id: number; position: number }>('message_recipients')
      .where({ message_id: id })
      .orderBy('position');
    return rows.map(({ address, field, state, reply }) => ({
      address,
      field,
      state,
      reply: reply ?? undefined,
    }));
  }

  async attempts(id: number): Promise<readonly Attempt[]> {
    const rows: AttemptRow[] = await this.#db
      .knex<AttemptRow & { message_id: number; id: number }>('message_attempts')
      .where({ message_id: id })
      .orderBy('id');
    return rows.map((row) => ({
      number: row.number,
      at: row.at,
      endedAt: row.ended_at ?? undefined,
      server: row.server,
      outcome: row.outcome ?? undefined,
      reply: row.reply ?? undefined,
    }));
  }

  /** Undefined once the content is deleted. */
  async content(id: number): Promise<MessageContent | undefined> {
    return await readContent(this.#db.knex, id);
  }

  /** The content without the attachments. */
  async text(id: number): Promise<MessageText | undefined> {
    return await readText(this.#db.knex, id);
  }
}

/** The size of the stored content, in bytes. */
export function storedBytesOf({ parts }: Pick<NewMessage, 'parts'>): number {
  return parts.reduce((sum, { bytes }) => sum + bytes, 0);
}

function searchTextOf({ subject, recipients }: NewMessage): string {
  return foldText([subject, ...recipients.map(({ address }) => address)].join(' '));
}

function rowOf(message: NewMessage): Omit<MessageRow, 'id'> {
  return {
    owner_id: message.ownerId,
    reseller_id: message.resellerId ?? null,
    service: message.service,
    subject: message.subject,
    message_id: message.messageId,
    fingerprint: message.fingerprint,
    state: 'queued',
    outcome: null,
    reply: null,
    attempts: 0,
    created_at: message.createdAt,
    next_attempt_at: message.createdAt,
    expires_at: message.expiresAt,
    finished_at: null,
    has_content: 1,
    content_bytes: storedBytesOf(message),
  };
}

function messageFrom(row: MessageRow): Message {
  return {
    id: row.id,
    ...ownersIn(row),
    service: row.service,
    subject: row.subject,
    messageId: row.message_id,
    state: row.state,
    outcome: row.outcome ?? undefined,
    reply: row.reply ?? undefined,
    attempts: row.attempts,
    createdAt: row.created_at,
    nextAttemptAt: row.next_attempt_at ?? undefined,
    finishedAt: row.finished_at ?? undefined,
    hasContent: row.has_content === 1,
  };
}
