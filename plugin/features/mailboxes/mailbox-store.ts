import type { Knex } from 'knex';
import { EmailAddress } from '../../addresses/index.js';
import type { Database } from '../../database/database.js';
import { Prepared } from '../../database/prepared.js';
import type { Scope } from '../../viewing/scope.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import { foldText } from '../../database/fold-text.js';
import { endSessions } from '../../web/end-sessions.js';
import type { Mailbox } from './mailbox.js';
import { replaceWords, wordsOf } from './mailbox-words.js';

export interface MailboxRow {
  id: number;
  domain_id: number;
  address: string;
  utf8_address: string | null;
  display_name: string;
  password_hash: string;
  quota_bytes: number;
  imap: number;
  pop3: number;
  limit_per_hour: number | null;
  suspended: number;
  version: number;
  created_at: number;
  search_text: string | null;
}

/** A mailbox's settings, without its address and password. */
export type MailboxSettings = Pick<
  Mailbox,
  'displayName' | 'quotaBytes' | 'imap' | 'pop3' | 'limitPerHour'
>;

/** The mailboxes of a domain that was found within the viewer's scope. */
export class MailboxStore {
  readonly #byId: Prepared<{ domainId: number; id: number }, MailboxRow>;
  readonly #byAddress: Prepared<{ domainId: number; address: string }, MailboxRow>;
  readonly #own: Prepared<{ id: number }, MailboxRow>;

  constructor(db: Database) {
    const inDomain = (value: (name: 'domainId') => Knex.Value): Knex.QueryBuilder =>
      db.knex('mailboxes').where('domain_id', value('domainId'));
    this.#byId = new Prepared(db, (value) => inDomain(value).where('id', value('id')));
    this.#byAddress = new Prepared(db, (value) =>
      inDomain(value).where('address', value('address')),
    );
    this.#own = new Prepared(db, (value) => db.knex('mailboxes').where('id', value('id')));
  }

  async find(domain: DomainRow, id: number): Promise<MailboxRow | undefined> {
    const [row] = await this.#byId.run({ domainId: domain.id, id });
    return row;
  }

  async findByAddress(domain: DomainRow, address: EmailAddress): Promise<MailboxRow | undefined> {
    const [row] = await this.#byAddress.run({ domainId: domain.id, address: address.toString() });
    return row;
  }

  /** A mail user's own mailbox. */
  async own(scope: Scope): Promise<MailboxRow | undefined> {
    const [row] = scope.kind === 'mailbox' ? await this.#own.run({ id: scope.mailboxId }) : [];
    return row;
  }

  /** Locks the mailbox (FOR UPDATE). */
  async held(tx: Knex.Transaction, row: MailboxRow): Promise<MailboxRow | undefined> {
    return await tx<MailboxRow>('mailboxes')
      .where({ id: row.id, domain_id: row.domain_id })
      .forUpdate()
      .first();
  }

  async insert(
    tx: Knex,
    mailbox: MailboxSettings & {
      readonly domainId: number;
      readonly address: EmailAddress;
      readonly passwordHash: string;
    },
  ): Promise<number> {
    const address = mailbox.address.toString();
    const [id] = await tx('mailboxes').insert({
      ...columnsOf(mailbox),
      domain_id: mailbox.domainId,
      address,
      utf8_address: mailbox.address.utf8 ?? null,
      password_hash: mailbox.passwordHash,
      created_at: Date.now(),
      search_text: mailboxSearchText(mailbox.address, mailbox.displayName),
    });
    await replaceWords(tx, Number(id), wordsOf(mailbox.address.toUnicode(), mailbox.displayName));
    return Number(id);
  }

  /** Writes the mailbox as version `next` unless somebody has changed it since `version`. @returns whether it did. */
  async replace(
    tx: Knex,
    row: Pick<MailboxRow, 'id' | 'version' | 'address'> & { readonly next: number },
    settings: MailboxSettings,
    passwordHash: string | undefined,
  ): Promise<boolean> {
    const address = EmailAddress.parse(row.address);
    const changed = await tx('mailboxes')
      .where({ id: row.id, version: row.version })
      .update({
        ...columnsOf(settings),
        ...(passwordHash !== undefined && { password_hash: passwordHash }),
        search_text: mailboxSearchText(address, settings.displayName),
        version: row.next,
      });
    if (changed === 1) {
      await replaceWords(tx, row.id, wordsOf(address.toUnicode(), settings.displayName));
    }
    return changed === 1;
  }

  async setSuspended(tx: Knex, id: number, suspended: boolean): Promise<void> {
    await tx('mailboxes')
      .where({ id })
      .update({ suspended: Number(suspended) });
  }

  async setPassword(tx: Knex, id: number, passwordHash: string): Promise<void> {
    await tx('mailboxes')
      .where({ id })
      .update({ password_hash: passwordHash })
      .increment('version', 1);
  }

  /** Removes mailboxes with their mail users' accounts: the next user of an address is somebody else. */
  async remove(tx: Knex, ids: readonly number[]): Promise<void> {
    await tx('accounts')
      .whereIn('mailbox_id', [...ids])
      .delete();
    await tx('mailboxes')
      .whereIn('id', [...ids])
      .delete();
  }

  /** Ends the mail user's sessions, except one. */
  async endSessions(tx: Knex.Transaction, id: number, exceptId?: string): Promise<void> {
    const account = await tx<{ id: number; mailbox_id: number }>('accounts')
      .where({ mailbox_id: id })
      .first('id');
    if (account !== undefined) {
      await endSessions(tx, account.id, exceptId);
    }
  }
}

/** The search text of a mailbox. */
function mailboxSearchText(address: EmailAddress, displayName: string): string {
  return foldText(`${address.toString()} ${address.toUnicode()} ${displayName}`);
}

export function mailboxFrom(row: MailboxRow): Mailbox {
  const limitPerHour = row.limit_per_hour ?? undefined;
  return { id: row.id, ...shownIn(row), limitPerHour, version: row.version };
}

type ShownColumns = Pick<
  MailboxRow,
  'address' | 'utf8_address' | 'display_name' | 'quota_bytes' | 'imap' | 'pop3' | 'suspended'
>;

/** The fields of a mailbox for people and programs. */
export function shownIn(row: ShownColumns): Omit<Mailbox, 'id' | 'version'> {
  return {
    address: row.address,
    displayAddress: row.utf8_address ?? row.address,
    displayName: row.display_name,
    quotaBytes: row.quota_bytes,
    imap: row.imap === 1,
    pop3: row.pop3 === 1,
    suspended: row.suspended === 1,
  };
}

function columnsOf(settings: MailboxSettings): Partial<MailboxRow> {
  return {
    display_name: settings.displayName,
    quota_bytes: settings.quotaBytes,
    imap: Number(settings.imap),
    pop3: Number(settings.pop3),
    limit_per_hour: settings.limitPerHour ?? null,
  };
}
