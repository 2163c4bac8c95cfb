import type { Knex } from 'knex';
import type { ErrorArgs } from '../errors.js';
import type { SecretPlace, Secrets } from '../secrets/secrets.js';
import type { Locale } from '../viewing/locale.js';

export const panelMailSecrets = { table: 'panel_mails', column: 'content' } as const;

/** What a mail says, which may include a link that signs in. */
interface MailSaid {
  readonly fields: ErrorArgs;
  /** Of the button's link, below where the panel is mounted. */
  readonly path: string;
}

export interface StoredMail extends MailSaid {
  readonly id: number;
  readonly kind: string;
  readonly accountId: number | undefined;
  readonly address: string | undefined;
  readonly locale: Locale | undefined;
}

interface MailRow {
  readonly id: number;
  readonly kind: string;
  readonly account_id: number | null;
  readonly address: string | null;
  readonly locale: Locale | null;
  readonly content: string | null;
  readonly message_id: number | null;
  readonly expires_at: number;
}

/** Mails of the panel. What they say is encrypted. */
export class PanelMailStore {
  readonly #secrets: Secrets;

  constructor(secrets: Secrets) {
    this.#secrets = secrets;
  }

  async insert(
    tx: Knex,
    { fields, path, ...mail }: Omit<StoredMail, 'id'>,
    expiresAt: number,
  ): Promise<void> {
    const [inserted] = await tx('panel_mails').insert({
      kind: mail.kind,
      account_id: mail.accountId ?? null,
      address: mail.address ?? null,
      locale: mail.locale ?? null,
      expires_at: expiresAt,
    });
    const id = Number(inserted);
    const said: MailSaid = { fields, path };
    const content = this.#secrets.seal(JSON.stringify(said), placeOf(id));
    await tx('panel_mails').where({ id }).update({ content });
  }

  /** The IDs of mails that the outbox does not have yet, oldest first, from after one of them. */
  async waiting(
    db: Knex,
    { after, most }: { readonly after: number; readonly most: number },
  ): Promise<readonly number[]> {
    const waiting = db<MailRow>('panel_mails').whereNull('message_id').where('id', '>', after);
    return await waiting.where('expires_at', '>', Date.now()).orderBy('id').limit(most).pluck('id');
  }

  /** Undefined for a mail to an address alone. */
  async accountOf(db: Knex, id: number): Promise<number | undefined> {
    const row = await db<MailRow>('panel_mails').where({ id }).first();
    return row?.account_id ?? undefined;
  }

  /** Locks a waiting mail (FOR UPDATE); undefined if another process has taken it. */
  async held(tx: Knex.Transaction, id: number): Promise<StoredMail | undefined> {
    const row = await tx<MailRow>('panel_mails')
      .where({ id })
      .whereNull('message_id')
      .forUpdate()
      .first();
    return row && this.#opened(row);
  }

  async ofMessage(db: Knex, messageId: number): Promise<StoredMail | undefined> {
    const row = await db<MailRow>('panel_mails').where({ message_id: messageId }).first();
    return row && this.#opened(row);
  }

  /** Makes a message of the outbox carry the mail, in a language. */
  async handOver(tx: Knex, id: number, to: { messageId: number; locale: Locale }): Promise<void> {
    await tx('panel_mails').where({ id }).update({ message_id: to.messageId, locale: to.locale });
  }

  /** Whether an account has a mail of a kind that expires later. Locks it, to see what others have queued. */
  async hasSince(
    tx: Knex.Transaction,
    of: { readonly kind: string; readonly accountId: number; readonly expiringAfter: number },
  ): Promise<boolean> {
    const mails = tx<MailRow>('panel_mails').where({ kind: of.kind, account_id: of.accountId });
    const later = mails.where('expires_at', '>', of.expiringAfter).forUpdate();
    return (await later.first('id')) !== undefined;
  }

  async remove(tx: Knex, id: number): Promise<void> {
    await tx('panel_mails').where({ id }).delete();
  }

  #opened({ content, ...row }: MailRow): StoredMail {
    const said: MailSaid = JSON.parse(this.#secrets.open(content ?? '', placeOf(row.id)));
    return {
      id: row.id,
      kind: row.kind,
      accountId: row.account_id ?? undefined,
      address: row.address ?? undefined,
      locale: row.locale ?? undefined,
      ...said,
    };
  }
}

function placeOf(row: number): SecretPlace {
  return { ...panelMailSecrets, row };
}
