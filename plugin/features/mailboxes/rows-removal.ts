import type { Knex } from 'knex';
import type { Changing } from '../../changes/changes.js';
import type { Agreed, Decision } from '../../changes/decision.js';
import type { Asked, RowsVerb } from '../../changes/verb.js';
import type { Viewer } from '../../viewing/viewer.js';
import type { AddressRemoval } from './address-removal.js';
import type { Mailbox } from './mailbox.js';
import { mailboxFrom } from './mailbox-store.js';
import type { Removals } from './removals.js';
import { mailboxesByIds } from './rows-mailboxes.js';

type Verb = AddressRemoval<Mailbox>;
export type RemovalSubject = Parameters<Verb['decide']>[1];

interface Parts {
  readonly verb: Verb;
  readonly removals: Removals;
}

/** Removes selected mailboxes, each with the aliases that forward nowhere else. */
export class RowsRemoval implements RowsVerb<RemovalSubject, undefined, RemovalSubject, void> {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async load(): Promise<undefined> {}

  async read(
    db: Knex,
    { viewer: { scope } }: Asked<undefined>,
    ids: readonly number[],
  ): Promise<readonly RemovalSubject[]> {
    const found = await mailboxesByIds(db, scope, ids);
    const subjects: RemovalSubject[] = [];
    for (const { domainRow, row } of found) {
      const thing = mailboxFrom(row);
      const removal = await this.#parts.removals.of(scope, thing, db);
      subjects.push({ domain: domainRow, thing, removal });
    }
    return subjects;
  }

  decide(viewer: Viewer, subject: RemovalSubject): Decision<RemovalSubject> {
    // The preview has shown the consequences of each; they are found again when it is applied.
    return this.#parts.verb.decide(viewer, subject, { expected: undefined });
  }

  async write(changing: Changing, decision: Agreed<RemovalSubject>): Promise<void> {
    await this.#parts.verb.write(changing, decision);
  }
}
