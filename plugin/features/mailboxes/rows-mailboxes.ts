import type { Knex } from 'knex';
import type { Changing } from '../../changes/changes.js';
import type { Agreed, ChangeOf, Decision } from '../../changes/decision.js';
import type { Asked, RowsVerb } from '../../changes/verb.js';
import { engineOf } from '../../database/engine.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import { type Scope, ownedBy } from '../../viewing/scope.js';
import type { Viewer } from '../../viewing/viewer.js';
import type { AliasStore } from './alias-store.js';
import type { DomainMembers } from './domain-members.js';
import type {
  FoundMailbox,
  MailboxChange,
  MailboxSubject,
  WantedMailbox,
} from './mailbox-change.js';
import type { MailboxRow } from './mailbox-store.js';
import type {
  MailboxSuspension,
  SuspensionSubject,
  WantedSuspension,
} from './mailbox-suspension.js';
import { suspensionOf } from './suspension.js';

/** Changes the settings of selected mailboxes. */
export class RowsMailboxes implements RowsVerb<
  MailboxSubject,
  WantedMailbox,
  ChangeOf<MailboxChange>,
  void
> {
  readonly #verb: MailboxChange;
  readonly #members: DomainMembers;

  constructor(verb: MailboxChange, members: DomainMembers) {
    this.#verb = verb;
    this.#members = members;
  }

  async load(): Promise<undefined> {}

  async read(
    db: Knex,
    { viewer }: Asked<WantedMailbox>,
    ids: readonly number[],
  ): Promise<readonly MailboxSubject[]> {
    const found = await mailboxesByIds(db, viewer.scope, ids);
    const limits = new Map<number, Awaited<ReturnType<DomainMembers['quotaLimits']>>>();
    const subjects: MailboxSubject[] = [];
    for (const each of found) {
      const ownerId = each.domainRow.owner_id;
      const known = limits.get(ownerId) ?? (await this.#members.quotaLimits(db, viewer, ownerId));
      limits.set(ownerId, known);
      subjects.push({ ...each, ...known });
    }
    return subjects;
  }

  decide(
    viewer: Viewer,
    subject: MailboxSubject,
    wanted: WantedMailbox,
  ): Decision<ChangeOf<MailboxChange>> {
    return this.#verb.decide(viewer, subject, wanted);
  }

  async write(changing: Changing, decision: Agreed<ChangeOf<MailboxChange>>): Promise<void> {
    await this.#verb.write(changing, decision);
  }
}

/** Suspends and reactivates selected mailboxes. */
export class RowsSuspension implements RowsVerb<
  SuspensionSubject,
  WantedSuspension,
  ChangeOf<MailboxSuspension>,
  void
> {
  readonly #verb: MailboxSuspension;
  readonly #aliases: AliasStore;

  constructor(verb: MailboxSuspension, aliases: AliasStore) {
    this.#verb = verb;
    this.#aliases = aliases;
  }

  async load(): Promise<undefined> {}

  async read(
    db: Knex,
    { viewer: { scope }, wanted: { suspended } }: Asked<WantedSuspension>,
    ids: readonly number[],
  ): Promise<readonly SuspensionSubject[]> {
    const found = await mailboxesByIds(db, scope, ids);
    return await Promise.all(
      found.map(async (each) => ({
        ...each,
        suspension: suspended
          ? await suspensionOf(this.#aliases, scope, each.row.address, db)
          : undefined,
      })),
    );
  }

  decide(
    viewer: Viewer,
    subject: SuspensionSubject,
    wanted: WantedSuspension,
  ): Decision<ChangeOf<MailboxSuspension>> {
    return this.#verb.decide(viewer, subject, wanted);
  }

  async write(changing: Changing, decision: Agreed<ChangeOf<MailboxSuspension>>): Promise<void> {
    await this.#verb.write(changing, decision);
  }
}

/** Mailboxes with their domains, which a transaction locks first. */
export async function mailboxesByIds(
  db: Knex,
  scope: Scope,
  ids: readonly number[],
): Promise<readonly FoundMailbox[]> {
  const engine = engineOf(db);
  const listed = JSON.stringify(ids);
  const ofMailboxes = db('mailboxes').select('domain_id');
  engine.whereAmong(ofMailboxes, 'mailboxes.id', listed);
  const domains = db<DomainRow>('domains')
    .whereIn('domains.id', ofMailboxes)
    .where(ownedBy(scope, 'domains'));
  const mailboxes = db<MailboxRow>('mailboxes');
  engine.whereAmong(mailboxes, 'mailboxes.id', listed);
  if (db.isTransaction) {
    void domains.forUpdate();
    void mailboxes.forUpdate();
  }
  const byId = new Map((await domains).map((row) => [row.id, row]));
  return (await mailboxes).flatMap((row) => {
    const domainRow = byId.get(row.domain_id);
    return domainRow === undefined ? [] : [{ domainRow, row }];
  });
}
