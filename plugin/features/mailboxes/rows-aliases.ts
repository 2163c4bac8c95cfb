import type { Knex } from 'knex';
import { EmailAddress } from '../../addresses/index.js';
import type { Changing } from '../../changes/changes.js';
import type { Agreed, Decision } from '../../changes/decision.js';
import type { Asked, RowsVerb } from '../../changes/verb.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import { type Scope, ownedBy } from '../../viewing/scope.js';
import type { Viewer } from '../../viewing/viewer.js';
import {
  type AliasChange,
  type ChangedAlias,
  type FoundAlias,
  type AliasSubject,
  completed,
} from './alias-change.js';
import { aliasesIn, withTargets } from './alias-store.js';
import type { AliasTargets } from './alias-targets.js';
import type { StoredAlias } from './alias.js';
import type { AliasForm } from './forms.js';

/** As a preview stores it; omitted fields stay unchanged. */
export interface WantedOfAlias {
  readonly address?: string;
  readonly targets?: readonly string[];
}

/** An alias with what is wanted of it. */
export interface WantedAliasChange extends AliasSubject {
  readonly form: AliasForm;
}

/** Gives aliases their former targets back. */
export class RowsAliases implements RowsVerb<
  WantedAliasChange,
  WantedOfAlias,
  ChangedAlias,
  void,
  boolean
> {
  readonly #verb: AliasChange;
  readonly #targets: AliasTargets;

  constructor(verb: AliasChange, targets: AliasTargets) {
    this.#verb = verb;
    this.#targets = targets;
  }

  /** Whether targets must be within the owner's domains. */
  async load(viewer: Viewer): Promise<boolean> {
    return await this.#targets.mustStay(viewer);
  }

  async read(
    db: Knex,
    { viewer, wanted, facts: mustStay }: Asked<WantedOfAlias, boolean>,
    ids: readonly number[],
  ): Promise<readonly WantedAliasChange[]> {
    const subjects: WantedAliasChange[] = [];
    for (const found of await aliasesByIds(db, viewer.scope, ids)) {
      const form = { ...completed(parsed(wanted), found.alias), isReturning: true };
      const subject = await this.#verb.read(db, viewer, found, { form, mustStay });
      subjects.push({ ...subject, form });
    }
    return subjects;
  }

  decide(viewer: Viewer, { form, ...subject }: WantedAliasChange): Decision<ChangedAlias> {
    return this.#verb.decide(viewer, subject, form);
  }

  async write(changing: Changing, decision: Agreed<ChangedAlias>): Promise<void> {
    await this.#verb.write(changing, decision);
  }
}

function parsed({ address, targets }: WantedOfAlias): Partial<AliasForm> {
  return {
    ...(address !== undefined && { address: EmailAddress.parse(address) }),
    ...(targets !== undefined && {
      targets: targets.map((target, index) => ({
        line: index + 1,
        address: EmailAddress.parse(target),
      })),
    }),
  };
}

/** Aliases with their domains, which a transaction locks first. */
export async function aliasesByIds(
  db: Knex,
  scope: Scope,
  ids: readonly number[],
): Promise<readonly FoundAlias[]> {
  const ofAliases = db('aliases')
    .whereIn('id', [...ids])
    .select('domain_id');
  const domains = db<DomainRow>('domains')
    .whereIn('domains.id', ofAliases)
    .where(ownedBy(scope, 'domains'));
  const aliases = withTargets(db).whereIn('a.id', [...ids]);
  if (db.isTransaction) {
    void domains.forUpdate();
    void aliases.forUpdate();
  }
  const byId = new Map((await domains).map((row) => [row.id, row]));
  const found: readonly StoredAlias[] = aliasesIn(await aliases);
  return found.flatMap((alias) => {
    const domainRow = byId.get(alias.domainId);
    return domainRow === undefined ? [] : [{ domainRow, alias }];
  });
}
