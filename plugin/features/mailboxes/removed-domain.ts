import type { Knex } from 'knex';
import type { Changing } from '../../changes/changes.js';
import { holdAccount, shared } from '../../database/locks.js';
import type { FieldError } from '../../errors.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import type { AskedBack } from '../../removals/kind.js';
import { removalsIn } from '../../removals/removal.js';
import { ownedBy } from '../../viewing/scope.js';

/** The domain of a removed address, locked in a transaction, or why it cannot have it back. */
export async function domainOf(
  db: Knex,
  { viewer, removal }: AskedBack,
): Promise<{ readonly domain: DomainRow } | { readonly gone: FieldError }> {
  const id = removal.domainId ?? 0;
  if (db.isTransaction) {
    await holdAccount(db, removal.ownerId);
  }
  const query = db<DomainRow>('domains').where({ id }).where(ownedBy(viewer.scope, 'domains'));
  const domain = await (db.isTransaction ? query.forUpdate() : query).first();
  if (domain !== undefined) {
    return { domain };
  }
  const removed = await shared(db, removalsIn(db))
    .where({ kind: 'domain', thing_id: id })
    .first('id');
  const key = removed === undefined ? 'domain-gone' : 'domain-removed';
  return { gone: { key: `removed.errors.${key}`, args: { domain: removal.held.domain ?? '' } } };
}

export async function touchDomain({ touch }: Changing, { removal }: AskedBack): Promise<void> {
  await touch(removal.domainId === undefined ? [] : [removal.domainId]);
}
