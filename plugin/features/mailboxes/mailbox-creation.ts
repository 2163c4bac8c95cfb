import type { Knex } from 'knex';
import type { EmailAddress } from '../../addresses/index.js';
import type { Changing } from '../../changes/changes.js';
import { type Agreed, type Decision, refusedAt, willChange } from '../../changes/decision.js';
import type { Verb } from '../../changes/verb.js';
import type { FieldError } from '../../errors.js';
import { admitMailboxes } from '../../panel/directory/admission.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import type { Viewer } from '../../viewing/viewer.js';
import { type DomainMembers, ownersOf } from './domain-members.js';
import type { NewMailboxForm } from './forms.js';
import { bytesPerMegabyte, quotaRefusal } from './mailbox.js';
import type { MailboxSettings, MailboxStore } from './mailbox-store.js';
import { passwordRefusal } from './password.js';
import { mailboxFields } from './audit-fields.js';

/** A place for a new mailbox. */
export interface Place {
  readonly domain: DomainRow;
  /** Why the domain cannot have this mailbox, if so. */
  readonly addressRefusal: FieldError | undefined;
  /** Why its owner's mailboxes cannot have this quota in addition, if so. */
  readonly allQuotaRefusal: FieldError | undefined;
  readonly mostQuotaBytes: number | undefined;
}

interface NewMailbox {
  readonly domain: DomainRow;
  readonly address: EmailAddress;
  readonly settings: MailboxSettings;
  readonly passwordHash: string;
}

export interface WantedPlace extends Pick<NewMailboxForm, 'address' | 'quotaMegabytes'> {
  /** How many others the domain gets before. */
  readonly besides?: number;
}

/** Without a password where its hash was brought along. */
type Wanted = Omit<NewMailboxForm, 'password'> & {
  readonly password?: string | undefined;
  readonly passwordHash: string;
};

interface MailboxCreationParts {
  readonly members: DomainMembers;
  readonly store: MailboxStore;
}

/** Adds mailboxes. */
export class MailboxCreation implements Verb<Place, Wanted, NewMailbox, number> {
  readonly #parts: MailboxCreationParts;

  constructor(parts: MailboxCreationParts) {
    this.#parts = parts;
  }

  /**
   * @param tx in a transaction, the domain is locked first.
   * @throws {NotFoundError}
   */
  async read(
    tx: Knex,
    viewer: Viewer,
    domain: DomainRow,
    { address, quotaMegabytes, besides = 0 }: WantedPlace,
  ): Promise<Place> {
    await this.#parts.members.hold(tx, domain);
    const more = { count: 1 + besides, quotaBytes: quotaOf(quotaMegabytes) };
    const admission = await admitMailboxes(tx, viewer, domain, more);
    return {
      domain,
      addressRefusal:
        (await this.#parts.members.addressRefusal(tx, viewer, address)) ?? admission.count,
      allQuotaRefusal: admission.quota,
      mostQuotaBytes: await this.#parts.members.mostQuotaBytes(viewer, domain),
    };
  }

  /** The same for many in one domain, of which a preview tells: not in a transaction. */
  async readMany(
    db: Knex,
    viewer: Viewer,
    domain: DomainRow,
    wanted: readonly WantedPlace[],
  ): Promise<(one: WantedPlace) => Promise<Place>> {
    const { members } = this.#parts;
    const taken = await members.takenAmong(
      db,
      wanted.map(({ address }) => address),
    );
    const mostQuotaBytes = await members.mostQuotaBytes(viewer, domain);
    const bytes = wanted.map(({ quotaMegabytes }) => quotaOf(quotaMegabytes));
    const all = await admitMailboxes(db, viewer, domain, {
      count: 1 + Math.max(0, ...wanted.map(({ besides = 0 }) => besides)),
      quotaBytes: Math.max(0, ...bytes),
    });
    const isRoomForAll = all.count === undefined && all.quota === undefined;
    return async (one) =>
      isRoomForAll && !taken.has(one.address.toString())
        ? { domain, addressRefusal: undefined, allQuotaRefusal: undefined, mostQuotaBytes }
        : await this.read(db, viewer, domain, one);
  }

  decide(_viewer: Viewer, place: Place, wanted: Wanted): Decision<NewMailbox> {
    const { domain, addressRefusal, allQuotaRefusal, mostQuotaBytes } = place;
    const { address, password, passwordHash, displayName, imap, pop3 } = wanted;
    const quotaBytes = wanted.quotaMegabytes * bytesPerMegabyte;
    return (
      refusedAt({
        address: addressRefusal,
        password:
          password === undefined ? undefined : passwordRefusal(password, address.toString()),
        quotaMegabytes: quotaRefusal(quotaBytes, mostQuotaBytes) ?? allQuotaRefusal,
      }) ??
      willChange({
        domain,
        address,
        passwordHash,
        settings: { displayName, quotaBytes, imap, pop3 },
      })
    );
  }

  /** @returns the mailbox's id. */
  async write({ tx, record, touch }: Changing, { change }: Agreed<NewMailbox>): Promise<number> {
    const { domain, address, passwordHash, settings } = change;
    const id = await this.#parts.store.insert(tx, {
      ...settings,
      domainId: domain.id,
      address,
      passwordHash,
    });
    await record({
      action: 'mailbox.created',
      subject: address.toString(),
      ...ownersOf(domain),
      after: mailboxFields(settings),
    });
    await touch([domain.id]);
    return id;
  }
}

/** One without a limit needs infinitely much. */
function quotaOf(quotaMegabytes: number): number {
  return quotaMegabytes * bytesPerMegabyte || Infinity;
}
