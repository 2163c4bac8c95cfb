import type { Knex } from 'knex';
import type { Changing } from '../../changes/changes.js';
import { storageUnavailable } from '../../database/failures.js';
import { AppError, type FieldError } from '../../errors.js';
import type { AskedBack } from '../../removals/kind.js';
import { ownedBy } from '../../viewing/scope.js';
import { type AliasStore, aliasesIn, withTargets } from './alias-store.js';
import type { StoredAlias } from './alias.js';
import { comesBack } from './following.js';
import { forPeople } from './mailbox.js';
import { domainsOf, removalLoop, retarget } from './removals.js';

/** Gives aliases the targets back that they lost with an address. @returns those that cannot have them. */
export async function giveTargetsBack(
  changing: Changing,
  { viewer, removal }: AskedBack,
  store: AliasStore,
): Promise<readonly FieldError[]> {
  const { lost = [] } = removal.held;
  const ids = [...new Set(lost.map(({ aliasId }) => aliasId))];
  const query: Knex.QueryBuilder = withTargets(changing.tx).whereIn('a.id', ids);
  const aliases = aliasesIn(await query.where(ownedBy(viewer.scope, 'd')).forUpdate());
  const left: FieldError[] = [];
  for (const alias of aliases) {
    const added = lost.filter(({ aliasId }) => aliasId === alias.id).map(({ target }) => target);
    if (!(await couldAdd(changing, store, alias, added))) {
      left.push({
        key: 'removed.left.target',
        args: { alias: forPeople(alias.address), name: removal.title },
      });
    }
  }
  return left;
}

/** A loop that somebody has set up in the meantime refuses it. */
async function couldAdd(
  changing: Changing,
  store: AliasStore,
  alias: StoredAlias,
  added: readonly string[],
): Promise<boolean> {
  const targets = [...new Set([...alias.targets, ...added])];
  if (targets.length === alias.targets.length) {
    return true;
  }
  try {
    await changing.part(async (part) => {
      const domains = await domainsOf(part.tx, [alias]);
      await retarget(part, store, { alias, targets, domains });
      if (await comesBack(part.tx, alias.address)) {
        throw removalLoop(alias.address);
      }
      await part.touch(domains.ids);
    });
    return true;
  } catch (error) {
    if (!(error instanceof AppError) || storageUnavailable(error) !== undefined) {
      throw error;
    }
    return false;
  }
}
