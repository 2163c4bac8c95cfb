import type { Knex } from 'knex';
import type { Changing } from '../../changes/changes.js';
import { type Agreed, type Decision, refused } from '../../changes/decision.js';
import type { Verb } from '../../changes/verb.js';
import { NotFoundError } from '../../errors.js';
import type { Viewer } from '../../viewing/viewer.js';
import type { AliasStore } from './alias-store.js';
import { type DomainMembers, ownersOf } from './domain-members.js';
import type { Mailbox } from './mailbox.js';
import type { FoundMailbox } from './mailbox-change.js';
import { type MailboxStore, mailboxFrom } from './mailbox-store.js';
import { type Suspension, suspensionOf, suspensionRefusal } from './suspension.js';

export interface SuspensionSubject extends FoundMailbox {
  /** What else would not arrive; undefined where it is to be resumed. */
  readonly suspension: Suspension | undefined;
}

export interface WantedSuspension {
  readonly suspended: boolean;
  /** Whether the consequences for aliases are confirmed. */
  readonly confirmed: boolean;
}

interface Change extends SuspensionSubject {
  readonly suspended: boolean;
}

interface MailboxSuspensionParts {
  readonly members: DomainMembers;
  readonly store: MailboxStore;
  readonly aliasStore: AliasStore;
}

/** Suspends mailboxes, so that their mail is refused and their users cannot sign in, and reactivates them. */
export class MailboxSuspension implements Verb<
  SuspensionSubject,
  WantedSuspension,
  Change,
  Mailbox
> {
  readonly #parts: MailboxSuspensionParts;

  constructor(parts: MailboxSuspensionParts) {
    this.#parts = parts;
  }

  /** @throws {NotFoundError} */
  async read(
    tx: Knex.Transaction,
    { scope }: Viewer,
    { domainRow, row }: FoundMailbox,
    { suspended }: WantedSuspension,
  ): Promise<SuspensionSubject> {
    if (suspended) {
      await this.#parts.members.hold(tx, domainRow);
    }
    const held = await this.#parts.store.held(tx, row);
    if (held === undefined) {
      throw new NotFoundError();
    }
    return {
      domainRow,
      row: held,
      suspension: suspended
        ? await suspensionOf(this.#parts.aliasStore, scope, row.address, tx)
        : undefined,
    };
  }

  decide(
    _viewer: Viewer,
    subject: SuspensionSubject,
    { suspended, confirmed }: WantedSuspension,
  ): Decision<Change> {
    const { row, suspension } = subject;
    const refusal = suspension && suspensionRefusal(mailboxFrom(row), suspension, confirmed);
    if (refusal !== undefined) {
      return refused(refusal);
    }
    const isSo = mailboxFrom(row).suspended === suspended;
    return { kind: isSo ? 'already-so' : 'will-change', change: { ...subject, suspended } };
  }

  async write(
    { tx, record, touch }: Changing,
    { kind, change: { domainRow, row, suspended } }: Agreed<Change>,
  ): Promise<Mailbox> {
    if (kind === 'will-change') {
      await this.#parts.store.setSuspended(tx, row.id, suspended);
      await this.#parts.store.endSessions(tx, row.id);
      await record({
        action: suspended ? 'mailbox.suspended' : 'mailbox.resumed',
        subject: row.address,
        ...ownersOf(domainRow),
      });
      await touch([domainRow.id]);
    }
    return { ...mailboxFrom(row), suspended };
  }
}
