import type { Knex } from 'knex';
import type { Changing } from '../../../changes/changes.js';
import { type Agreed, type Decision, refusedAt, willChange } from '../../../changes/decision.js';
import type { Verb } from '../../../changes/verb.js';
import type { Viewer } from '../../../viewing/viewer.js';
import type { DomainRow } from '../../directory/domain.js';
import type { DomainContents, DomainStore } from '../../directory/domain-store.js';
import type { PanelEvents } from '../../panel.js';
import type { DomainRemovalForm } from './forms.js';
import { ownersIn } from '../../../viewing/scope.js';

export interface LeavingDomain {
  readonly row: DomainRow;
  readonly contents: DomainContents;
}

interface DomainRemovalParts {
  readonly domains: DomainStore;
  readonly events: PanelEvents;
}

/** Removes domains with all their contents. */
export class DomainRemoval implements Verb<
  LeavingDomain,
  DomainRemovalForm,
  LeavingDomain,
  number
> {
  readonly #parts: DomainRemovalParts;

  constructor(parts: DomainRemovalParts) {
    this.#parts = parts;
  }

  /** @throws {NotFoundError} */
  async read(tx: Knex.Transaction, { scope }: Viewer, name: string): Promise<LeavingDomain> {
    const row = await this.#parts.domains.hold(tx, scope, name);
    return { row, contents: await this.#parts.domains.contents(row.id, tx) };
  }

  /** @param confirmation the name typed to confirm. */
  decide(
    _viewer: Viewer,
    subject: LeavingDomain,
    { confirmation }: DomainRemovalForm,
  ): Decision<LeavingDomain> {
    const isOther = confirmation.ascii !== subject.row.name;
    return (
      refusedAt({
        confirmation: isOther ? { key: 'domains.errors.confirmation' } : undefined,
      }) ?? willChange(subject)
    );
  }

  /** @returns the domain's ID. */
  async write(changing: Changing, { change }: Agreed<LeavingDomain>): Promise<number> {
    const { tx, record, touch } = changing;
    const { row, contents } = change;
    await this.#parts.events.emit({ kind: 'domain-removed', domainId: row.id }, changing);
    await this.#parts.domains.remove(tx, row.id);
    await record({
      action: 'domain.removed',
      subject: row.name,
      ...ownersIn(row),
      domain: row.name,
      before: { ...contents },
    });
    await touch([row.id]);
    return row.id;
  }
}
