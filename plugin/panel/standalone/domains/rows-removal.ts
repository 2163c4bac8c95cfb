import type { Knex } from 'knex';
import { DomainName } from '../../../addresses/index.js';
import type { Changing } from '../../../changes/changes.js';
import type { Agreed, Decision } from '../../../changes/decision.js';
import type { Asked, RowsVerb } from '../../../changes/verb.js';
import { ownedBy } from '../../../viewing/scope.js';
import type { Viewer } from '../../../viewing/viewer.js';
import type { DomainRow } from '../../directory/domain.js';
import type { DomainStore } from '../../directory/domain-store.js';
import type { DomainRemoval, LeavingDomain } from './domain-removal.js';

/** Removes domains by their IDs. */
export class RowsDomainRemoval implements RowsVerb<
  LeavingDomain,
  undefined,
  LeavingDomain,
  number
> {
  readonly #verb: DomainRemoval;
  readonly #domains: DomainStore;

  constructor(verb: DomainRemoval, domains: DomainStore) {
    this.#verb = verb;
    this.#domains = domains;
  }

  async load(): Promise<undefined> {}

  async read(
    db: Knex,
    { viewer: { scope } }: Pick<Asked<undefined>, 'viewer'>,
    ids: readonly number[],
  ): Promise<readonly LeavingDomain[]> {
    const query = db<DomainRow>('domains')
      .whereIn('id', [...ids])
      .where(ownedBy(scope, 'domains'))
      .orderBy('id');
    const found: LeavingDomain[] = [];
    for (const row of await (db.isTransaction ? query.forUpdate() : query)) {
      found.push({ row, contents: await this.#domains.contents(row.id, db) });
    }
    return found;
  }

  decide(viewer: Viewer, subject: LeavingDomain): Decision<LeavingDomain> {
    return this.#verb.decide(viewer, subject, { confirmation: DomainName.parse(subject.row.name) });
  }

  async write(changing: Changing, decision: Agreed<LeavingDomain>): Promise<number> {
    return await this.#verb.write(changing, decision);
  }
}
