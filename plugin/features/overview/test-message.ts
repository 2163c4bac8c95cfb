import type { Knex } from 'knex';
import type { MailKind } from '../../panel-mail/kind.js';
import { digest } from '../../secrets/digest.js';

/** Sent to a mailbox of the installation. Its link proves that the mailbox received it and that somebody can read it. */
export const testMessage: MailKind = {
  key: 'test-message',
  feature: 'overview',
  fields: ['address'],
  exact: ['address'],
};

export const lifetimeMs = 24 * 60 * 60 * 1000;

interface TestMessageRow {
  readonly token_hash: string;
  readonly address: string;
  readonly expires_at: number;
}

export function testMessagesIn(db: Knex): Knex.QueryBuilder<TestMessageRow, TestMessageRow[]> {
  return db<TestMessageRow>('test_messages');
}

/** The test message of a link that still works. */
export function findTestMessage(
  db: Knex,
  token: string,
): Knex.QueryBuilder<TestMessageRow, TestMessageRow[]> {
  return testMessagesIn(db)
    .where({ token_hash: digest(token) })
    .andWhere('expires_at', '>', Date.now());
}
