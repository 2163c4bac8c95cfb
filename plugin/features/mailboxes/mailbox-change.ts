import { type ChangedFields, changedFields, isChange } from '../../changes/changed-fields.js';
import type { Changing } from '../../changes/changes.js';
import { type Agreed, type Decision, refusedAt } from '../../changes/decision.js';
import type { Verb } from '../../changes/verb.js';
import { ConflictError } from '../../errors.js';
import { type QuotaRoom, allQuotaRefusal } from '../../panel/directory/admission.js';
import type { EffectivePlan } from '../../panel/directory/effective-plan.js';
import { ownLimitIn, ownLimitRefusal } from '../../panel/directory/own-limit.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import type { Viewer } from '../../viewing/viewer.js';
import { ownersOf } from './domain-members.js';
import type { MailboxForm } from './forms.js';
import { bytesPerMegabyte, quotaRefusal } from './mailbox.js';
import {
  type MailboxRow,
  type MailboxSettings,
  type MailboxStore,
  mailboxFrom,
} from './mailbox-store.js';
import { passwordRefusal } from './password.js';
import { mailboxFields } from './audit-fields.js';

/** What is left out stays unchanged, and so does an empty password. */
export interface WantedMailbox extends Partial<MailboxForm> {
  /** Of the new password, if there is one. */
  readonly passwordHash?: string | undefined;
}

export interface FoundMailbox {
  readonly domainRow: DomainRow;
  readonly row: MailboxRow;
}

export interface MailboxSubject extends FoundMailbox {
  readonly mostQuotaBytes: number | undefined;
  /** What its owner's mailboxes can have in addition; undefined means no limit. */
  readonly quotaRoom: QuotaRoom | undefined;
  /** Its owner's. */
  readonly plan?: EffectivePlan | undefined;
}

interface Change extends FoundMailbox {
  readonly after: MailboxSettings;
  readonly changed: ChangedFields;
  readonly passwordHash: string | undefined;
  /** The version that is replaced. */
  readonly version: number;
}

/** Changes a mailbox's settings, its password, or both. */
export class MailboxChange implements Verb<MailboxSubject, WantedMailbox, Change, void> {
  readonly #store: MailboxStore;

  constructor(store: MailboxStore) {
    this.#store = store;
  }

  decide(viewer: Viewer, subject: MailboxSubject, wanted: WantedMailbox): Decision<Change> {
    const { row, domainRow, mostQuotaBytes, quotaRoom, plan } = subject;
    const { password = '', passwordHash, version = row.version } = wanted;
    const before = mailboxFrom(row);
    const after = settingsIn(wanted, before);
    const refused = refusedAt({
      password: password === '' ? undefined : passwordRefusal(password, row.address),
      quotaMegabytes:
        after.quotaBytes === row.quota_bytes
          ? undefined
          : (quotaRefusal(after.quotaBytes, mostQuotaBytes) ??
            allQuotaRefusal(quotaRoom, raiseOf(row.quota_bytes, after.quotaBytes))),
      limitPerHour:
        plan &&
        ownLimitRefusal(viewer, after.limitPerHour, plan.outgoing('mailbox', before.limitPerHour)),
    });
    if (refused !== undefined) {
      return refused;
    }
    const changed = changedFields(mailboxFields(before), mailboxFields(after));
    return {
      kind: passwordHash !== undefined || isChange(changed) ? 'will-change' : 'already-so',
      change: { row, domainRow, after, changed, passwordHash, version },
    };
  }

  /** @throws {ConflictError} when somebody else has changed the mailbox since the version. */
  async write(changing: Changing, { kind, change }: Agreed<Change>): Promise<void> {
    const { row, domainRow, after, passwordHash, version } = change;
    const next = version + Number(kind === 'will-change');
    if (!(await this.#store.replace(changing.tx, { ...row, version, next }, after, passwordHash))) {
      throw new ConflictError('mailboxes.errors.changed-meanwhile', {
        address: mailboxFrom(row).displayAddress,
      });
    }
    await this.#record(changing, change, next);
    await changing.touch([domainRow.id]);
  }

  async #record(
    { tx, record }: Changing,
    { row, domainRow, changed, passwordHash }: Change,
    version: number,
  ): Promise<void> {
    const about = { subject: row.address, ...ownersOf(domainRow) };
    if (isChange(changed)) {
      const { before, after } = changed;
      await record({ ...about, action: 'mailbox.changed', before, after: { ...after, version } });
    }
    if (passwordHash !== undefined) {
      await this.#store.endSessions(tx, row.id);
      await record({ ...about, action: 'mailbox.password-changed', after: { version } });
    }
  }
}

/** What a new quota adds. A mailbox without one counts as 0 before, and as infinite after. */
function raiseOf(before: number, after: number): number {
  return after === 0 ? Infinity : after - before;
}

function settingsIn(wanted: WantedMailbox, before: MailboxSettings): MailboxSettings {
  const { displayName, quotaMegabytes, imap, pop3 } = wanted;
  return {
    displayName: displayName ?? before.displayName,
    quotaBytes:
      quotaMegabytes === undefined ? before.quotaBytes : quotaMegabytes * bytesPerMegabyte,
    imap: imap ?? before.imap,
    pop3: pop3 ?? before.pop3,
    limitPerHour: before.limitPerHour,
    ...ownLimitIn(wanted),
  };
}
